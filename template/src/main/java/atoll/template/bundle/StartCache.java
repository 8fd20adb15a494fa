package atoll.template.bundle;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.kernel.Fd;
import atoll.linux.process.Child;
import atoll.linux.process.FdInput;
import atoll.linux.process.Pipe;
import atoll.linux.process.Spawn;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The start cache of a bundle (an AOT cache of the JDK): made by running the agent once on
/// loopback, asking it for what sandboxes ask, and ending it in peace.
///
/// - **Owner** [#make] owns the agent it starts, which has ended when that returns.
/// - **Fails** `agent_link` with the agent's last words.
final class StartCache {
  private static final String LISTENS = " listens on ";
  private static final Map<String, String> ENVIRONMENT =
      Map.of("LC_ALL", "C.UTF-8", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
  private static final int MOST_WORDS = 64 * 1024;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  private final Path bundle;
  private final Deadline deadline;

  private StartCache(Path bundle, Deadline deadline) {
    this.bundle = bundle;
    this.deadline = deadline;
  }

  static void make(Path bundle, boolean loader, Deadline deadline) throws IOException {
    new StartCache(bundle, deadline).make(loader);
  }

  private void make(boolean loader) throws IOException {
    var command = new java.util.ArrayList<>(AgentCommand.training(bundle, loader));
    command.addAll(List.of("--no-vm", "--address", "127.0.0.1", "--port", "0"));
    try (var out = Pipe.open()) {
      Child child =
          Spawn.command(command)
              .environment(ENVIRONMENT)
              .fd(1, out.sink().number())
              .fd(2, out.sink().number())
              .start();
      out.sink().close();
      try {
        String words = train(child, out.source());
        requireCache(words);
      } finally {
        child.signal(SIGKILL); // without effect once it has ended
      }
    }
  }

  /// What the agent and the assembling program said.
  private String train(Child child, Fd source) throws IOException {
    var port = new java.util.concurrent.CompletableFuture<Integer>();
    var words = new FutureTask<>(() -> read(source, port));
    Thread.ofPlatform().name("agent-training").start(words);
    try {
      new Rehearsal(port.get(deadline.leftMillis(), TimeUnit.MILLISECONDS), deadline).run();
      child.signal(SIGTERM);
      child.exit().get(Math.max(1, deadline.leftMillis()), TimeUnit.MILLISECONDS);
      return words.get(Math.max(1, deadline.leftMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw failed("the agent's start cache was not made in time", null, e);
    } catch (ExecutionException e) {
      throw failed("the agent's start cache was not made", e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the agent's start cache was made", e);
    }
  }

  private static String read(Fd source, java.util.concurrent.CompletableFuture<Integer> port)
      throws IOException {
    var words = new StringBuilder();
    try (var in =
        new BufferedReader(new InputStreamReader(new FdInput(source), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (words.length() < MOST_WORDS) words.append(line).append('\n');
        int at = line.indexOf(LISTENS);
        if (at > 0) port.complete(Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
      }
    }
    port.completeExceptionally(new IOException("the agent ended: " + words));
    return words.toString();
  }

  private void requireCache(String words) throws IOException {
    if (!Files.exists(bundle.resolve(AgentCommand.CACHE.substring(1))))
      throw failed("the JDK wrote no start cache", words, null);
  }

  private static Refusal failed(String message, String detail, Exception cause) {
    return new Refusal.Failed(
        "agent_link", message, "the detail holds the agent's words", detail, cause);
  }
}
