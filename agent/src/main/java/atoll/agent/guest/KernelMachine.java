package atoll.agent.guest;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.RandomPool;
import atoll.linux.kernel.SystemClock;
import atoll.linux.net.Cidr;
import atoll.linux.net.Netlink;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// The machine this agent runs on, through its kernel. Exists only where [OwnMachine] says so.
final class KernelMachine implements Machine {
  private static final Duration BEHIND = Duration.ofMillis(50);
  private static final Duration AHEAD = Duration.ofSeconds(5);

  /// What Atoll's guests call it.
  private static final String CARD = "eth0";

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
  public boolean addressed(List<Cidr> addresses) {
    if (addresses.isEmpty()) return true;
    try (Netlink netlink = Netlink.open()) {
      int card = netlink.link(CARD).orElseThrow(() -> new IOException("no " + CARD)).index();
      for (Cidr address : addresses) add(netlink, card, address);
      return true;
    } catch (IOException e) {
      log().log(System.Logger.Level.ERROR, "giving " + CARD + " its addresses", e);
      return false;
    }
  }

  private static void add(Netlink netlink, int card, Cidr address) throws IOException {
    try {
      netlink.addAddress(card, address);
    } catch (KernelException e) {
      if (e.errno() != Errno.EEXIST) throw e;
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
