package atoll.cli;

import atoll.cli.home.Home;
import atoll.cli.home.HomeLock;
import atoll.cli.home.HomeLock.Holder;
import atoll.cli.home.Instance;
import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.core.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// `down`.
final class DownCommand implements Command {
  /// Longer than the sum of the deadlines that a stop gives itself.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public Syntax syntax() {
    return Syntax.of(
            "down", "Stop the Atoll of this home with all its sandboxes. Quiet if there is none.")
        .flag(
            "--keep-sandboxes",
            "Let the sandboxes run on for the next `up`, as for an upgrade. Until then nobody reaches or ends them.");
  }

  @Override
  public int run(Call call) throws Exception {
    var running = running(call.home());
    if (running.isPresent()) stop(call, running.get());
    call.print(
        Json.object("stopped", running.isPresent(), "pid", running.map(Holder::pid).orElse(null)),
        running
            .map(i -> "Stopped Atoll (pid " + i.pid() + ")")
            .orElse("Atoll does not run in " + call.home()));
    return Exit.OK;
  }

  /// One that is still starting has the lock alone.
  private static Optional<Holder> running(Home home) throws IOException {
    var ready = Instance.running(home).map(i -> new Holder(i.pid(), i.startTicks()));
    return ready.isPresent() ? ready : HomeLock.holder(home);
  }

  private static void stop(Call call, Holder holder) throws Exception {
    var process = ProcessHandle.of(holder.pid()).filter(_ -> holder.alive());
    if (process.isEmpty()) return;
    Path keep = call.home().keepSandboxes();
    if (call.flag("--keep-sandboxes")) Files.writeString(keep, Long.toString(holder.pid()));
    else Files.deleteIfExists(keep);
    var ended = process.get().onExit();
    if (!process.get().destroy() && process.get().isAlive())
      throw CommandFailure.host(
          "not_root", "Atoll (pid " + holder.pid() + ") is not yours to stop", "use sudo");
    try {
      ended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw CommandFailure.failed(
          "stop_timeout",
          "Atoll (pid " + holder.pid() + ") did not stop within " + PATIENCE.toSeconds() + " s",
          "look at its log; `kill -9 "
              + holder.pid()
              + "` is safe: the next start removes what is left",
          late);
    }
  }
}
