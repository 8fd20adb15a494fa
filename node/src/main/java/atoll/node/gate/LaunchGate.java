package atoll.node.gate;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.core.SandboxId;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// Proves, rung by rung and from evidence alone, that a started sandbox can be reached.
///
/// ```java
/// gate.proveNamespace();   // rungs 1 to 3, before the guest runs
/// gate.proveCarrier();     // rung 4
/// gate.run();              // the guest runs
/// gate.proveAgent();       // rungs 5 and 6
/// gate.init(identity);     // rung 7
/// gate.proveSeat(proof);   // only in a shared network
/// ```
///
/// - **Fails** with [Refusal.Failed] whose reason is the code of the first rung that does not hold;
///   a monitor that ends at any moment is known at once and is always `vmm_exited`. The console's
///   tail is in the detail.
/// - **Threads** one caller. Nothing of the gate runs on when a call has returned.
public final class LaunchGate {
  private static final int TAIL_LINES = 20;
  private static final Duration PAUSE =
      Duration.ofMillis(4); // between attempts; most restores need none

  private final SandboxId sandbox;
  private final Vm vm;
  private final GateSlot slot;
  private final HostEvidence evidence;
  private final GuestAgent agent;
  private final GateLimits limits;
  private final Race race;

  public LaunchGate(
      SandboxId sandbox,
      Vm vm,
      GateSlot slot,
      HostEvidence evidence,
      GuestAgent agent,
      GateLimits limits) {
    this.sandbox = sandbox;
    this.vm = vm;
    this.slot = slot;
    this.evidence = evidence;
    this.agent = agent;
    this.limits = limits;
    this.race = new Race(vm.exit(), agent::close);
  }

  /// Rungs 1 to 3: the monitor lives, in the slot's namespace, and holds the slot's tap exactly
  /// once.
  public void proveNamespace() {
    climb(Rung.VMM_ALIVE, this::alive);
    climb(Rung.NAMESPACE, this::inNamespace);
    climb("start_failed", "making the machine", this::attach);
    climb(Rung.TAP_HELD, this::holdsTap);
  }

  /// Rung 4. Says that somebody holds the tap, which rung 3 has shown to be the monitor; nothing
  /// about the guest.
  public void proveCarrier() {
    climb(Rung.CARRIER, this::carrier);
  }

  /// Lets the guest run.
  public void run() {
    climb(
        "start_failed",
        "starting the guest",
        () -> {
          vm.run(Deadline.after(limits.run()));
          return null;
        });
  }

  /// Rungs 5 and 6: the agent accepts connections and says that it is healthy.
  public void proveAgent() {
    climb(Rung.AGENT_TCP, () -> repeat(limits.agentTcp(), limits.connectAttempt(), agent::connect));
    climb(
        Rung.AGENT_HEALTH,
        () -> repeat(limits.agentHealth(), limits.healthAttempt(), agent::health));
  }

  /// Rung 7: the guest has its identity. Returns the agent's version.
  public String init(Identity identity) {
    return climb(Rung.INIT, () -> agent.init(identity, Deadline.after(limits.init())));
  }

  /// After rung 7, for a guest in a shared network: it answers at its address there.
  public void proveSeat(SeatProof proof) {
    climb(
        "seat_unreachable",
        "shared network",
        () -> {
          proof.within(Deadline.after(limits.init()));
          return null;
        });
  }

  /// Returns when the guest has answered.
  @FunctionalInterface
  public interface SeatProof {
    void within(Deadline deadline) throws IOException;
  }

  private Void alive() throws MonitorExited, InterruptedException {
    VmExit exit = race.exitWithin(Deadline.after(Duration.ZERO));
    if (exit != null) throw new MonitorExited(exit);
    return null;
  }

  private Void attach() throws IOException {
    vm.attach(Deadline.after(limits.run()));
    return null;
  }

  private Void inNamespace() throws IOException {
    long actual = evidence.namespaceInode(vm.pid());
    if (actual == slot.inode()) return null;
    throw new IOException(
        "monitor "
            + vm.pid()
            + " is in network namespace "
            + actual
            + ", its slot's is "
            + slot.inode());
  }

  private Void holdsTap() throws IOException {
    List<String> held = evidence.tapsHeld(vm.pid());
    if (held.equals(List.of(slot.tapName()))) return null;
    String shown = held.isEmpty() ? "no tap" : held.toString();
    if (held.contains(""))
      shown += ", of which an empty one was removed, and perhaps made again, under the monitor";
    throw new IOException(
        "monitor " + vm.pid() + " holds " + shown + ", expected " + slot.tapName() + " once");
  }

  /// The tap is open before the monitor is spawned, so one look is enough where all is well.
  private Void carrier() throws IOException {
    if (slot.carrier() || slot.awaitCarrier(Deadline.after(limits.carrier()))) return null;
    throw new IOException(
        slot.tapName()
            + " has no carrier after "
            + limits.carrier().toMillis()
            + " ms: nobody holds it");
  }

  @FunctionalInterface
  private interface Attempt {
    void make(Deadline deadline) throws IOException;
  }

  /// Tries until one attempt succeeds. The guest sends no event when it listens, so this asks; the
  /// deadline bounds it.
  private Void repeat(Duration whole, Duration each, Attempt attempt)
      throws IOException, InterruptedException, MonitorExited {
    Deadline deadline = Deadline.after(whole);
    Duration patience = each;
    int attempts = 0;
    while (true) {
      try {
        attempts++;
        attempt.make(deadline.within(patience));
        return null;
      } catch (IOException e) {
        // Bounded: a port that refuses at once is asked often enough to double beyond any number.
        if (patience.compareTo(whole) < 0) patience = patience.multipliedBy(2);
        if (deadline.expired())
          throw new IOException(
              "gave up after "
                  + whole.toMillis()
                  + " ms and "
                  + attempts
                  + " attempts: "
                  + e.getMessage(),
              e);
        pause();
      }
    }
  }

  private void pause() throws InterruptedException, MonitorExited {
    VmExit exit = race.exitWithin(Deadline.after(PAUSE));
    if (exit != null) throw new MonitorExited(exit);
  }

  private <T> T climb(Rung rung, Callable<T> proof) {
    return climb(
        rung.code(), rung.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), proof);
  }

  private <T> T climb(String code, String what, Callable<T> proof) {
    try {
      return race.run(proof);
    } catch (MonitorExited e) {
      throw failed(e.exit().reason().orElse(Rung.VMM_ALIVE.code()), what, e, e.exit().message());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(code, what, e, "");
    } catch (VmmException e) {
      throw failed(e.reason().orElse(code), what, e, "");
    } catch (Exception e) {
      throw failed(code, what, e, "");
    }
  }

  private Refusal.Failed failed(String code, String what, Exception cause, String words) {
    String message = "sandbox " + sandbox + " did not start: " + what + ": " + cause.getMessage();
    return new Refusal.Failed(
        code,
        message,
        "the detail holds the last lines of the guest's console",
        detail(words),
        cause);
  }

  private String detail(String words) {
    String console = String.join("\n", vm.consoleTail(TAIL_LINES));
    if (words.isEmpty()) return console;
    return console.isEmpty() ? words : words + "\n" + console;
  }
}
