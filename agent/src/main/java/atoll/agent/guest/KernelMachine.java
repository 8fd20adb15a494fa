package atoll.agent.guest;

import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.RandomPool;
import atoll.linux.kernel.SystemClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/// The machine this agent runs on, through its kernel. Exists only where [OwnMachine] says so.
final class KernelMachine implements Machine {
  private static final Duration BEHIND = Duration.ofMillis(50);
  private static final Duration AHEAD = Duration.ofSeconds(5);

  @Override
  public boolean reseeded(byte[] entropy) {
    try {
      if (entropy.length > 0) RandomPool.reseed(entropy);
      return true;
    } catch (IOException e) {
      log().log(System.Logger.Level.ERROR, "reseeding randomness", e);
      return false;
    } finally {
      Arrays.fill(entropy, (byte) 0);
    }
  }

  @Override
  public void takeOver(InitBody body, boolean another) {
    if (body.timestamp() != null) attempt("setting the clock", () -> setClock(body));
    if (another) attempt("setting the boot id", Identity::boot);
    attempt("setting the host name", () -> Identity.hostname(body.hostname()));
    if (Identity.isAddress(body.events()))
      attempt("naming the events service", () -> Identity.events(body.events()));
  }

  /// The build of a template names no sandbox: there the way is walked even if the clock is right,
  /// since what ran once before a snapshot is fast after it.
  private static void setClock(InitBody body) throws KernelException {
    Instant now = Instant.now();
    Instant time = body.timestamp();
    if (now.isBefore(time.minus(BEHIND)) || now.isAfter(time.plus(AHEAD))) SystemClock.step(time);
    else if (body.sandboxId().isEmpty()) SystemClock.step(now);
  }

  interface Step {
    void run() throws IOException;
  }

  /// What the kernel refuses is told in the log and does not stop the rest.
  static void attempt(String what, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      log().log(System.Logger.Level.WARNING, what, e);
    }
  }

  /// Looked up when there is something to say: finding it would be a third of the agent's start.
  private static System.Logger log() {
    return System.getLogger(KernelMachine.class.getName());
  }
}
