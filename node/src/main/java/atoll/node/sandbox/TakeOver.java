package atoll.node.sandbox;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.FileTree;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.Child;
import atoll.node.gate.GuestAgent;
import atoll.node.gate.LaunchGate;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Survivor;
import atoll.protocol.network.EgressPolicy;
import atoll.template.Template;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// The steps from a sandbox that an earlier process left running to one that is ours: the kernel's
/// rungs of the launch gate are climbed again, and nothing is done to the guest. One use, one
/// thread.
///
/// The holdings are those of a [Launch], in the same order, so that a sandbox that fails a rung is
/// given up like a failed start.
final class TakeOver implements Beginning {
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final int SIGKILL = 9;

  private final Workshop workshop;
  private final Survivor survivor;
  private final Template template;
  private final Holdings holdings;
  private final Launch.Checkpoint checkpoint;
  private final SandboxPaths paths;
  private String step = "";
  private NetworkSlot slot;
  private Seat seat; // null outside shared networks
  private volatile Vm vm;

  TakeOver(
      Workshop workshop,
      Survivor survivor,
      Template template,
      Holdings holdings,
      Launch.Checkpoint checkpoint) {
    this.workshop = workshop;
    this.survivor = survivor;
    this.template = template;
    this.holdings = holdings;
    this.checkpoint = checkpoint;
    HostObject.Tenancy tenancy = survivor.sandbox();
    this.paths =
        new SandboxPaths(
            tenancy.name(),
            tenancy.group(),
            survivor.process().jail(),
            policyFolder().resolve(SandboxPaths.POLICY));
  }

  @Override
  public String step() {
    return step;
  }

  @Override
  public Vm vm() {
    return vm;
  }

  @Override
  public Launched run() throws IOException {
    begin("adopt_slot");
    holdings.add("slot " + survivor.sandbox().anchor(), this::release);
    survivor.port().ifPresent(this::holdPort);
    hold("policy", survivor.policy(), () -> FileTree.remove(policyFolder()));
    hold("folder", survivor.directory(), () -> FileTree.remove(paths.directory()));
    hold("control group", survivor.group(), () -> workshop.groups().sweep(paths.group()));
    hold("monitor", survivor.monitor(), this::stopMonitor);
    holdings.add("tenancy", () -> workshop.ledger().close(survivor.tenancy()));
    if (survivor.port().isPresent()) seat = workshop.seats().adopt(port());
    slot = workshop.slots().adopt(survivor.sandbox().anchor(), policy());
    if (seat != null) slot.wear();
    begin("adopt_monitor");
    vm = adopt();
    GuestAgent agent = workshop.agents().in(slot);
    holdings.add("agent connection", agent::close);
    var gate =
        new LaunchGate(
            survivor.sandbox().sandbox(), vm, slot, workshop.evidence(), agent, workshop.limits());
    begin("namespace_proof");
    gate.proveNamespace();
    begin("carrier");
    gate.proveCarrier();
    Groups.Group group = workshop.groups().open(paths.group());
    return new Launched(template, paths, slot, seat, group, vm, agent, gate);
  }

  /// Its port carries on as it is; whether it does, health tells.
  private void holdPort(Ledger.Entry entry) {
    holdings.add(
        "seat",
        () -> {
          if (seat != null) seat.free();
        });
    hold(
        "port",
        entry,
        () -> {
          if (seat != null) seat.unplug(); // else it goes with its namespace
        });
  }

  private HostObject.Port port() {
    return (HostObject.Port) survivor.port().orElseThrow().object();
  }

  private Path policyFolder() {
    return ((HostObject.Directory) survivor.policy().object()).path();
  }

  /// What the sandbox was last allowed; nothing if that cannot be known.
  private EgressPolicy policy() {
    try {
      return PolicyFile.read(paths.egress());
    } catch (IOException e) {
      System.getLogger(TakeOver.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "{0} is taken over without a way out: {1}",
              paths.name(),
              e);
      return EgressPolicy.CLOSED;
    }
  }

  private Vm adopt() throws IOException {
    HostObject.Monitor process = survivor.process();
    var jail =
        new Jail(
            paths.directory(),
            slot.namespace(),
            null,
            Launch.FIRST_UID + slot.index(),
            workshop.sharedGid(),
            _ -> {});
    return workshop
        .vmm()
        .adopt(paths.machine(template, slot.guestMac()), jail, process.pid(), process.startTicks());
  }

  private void stopMonitor() throws IOException {
    Vm running = vm;
    if (running != null) running.stop(Deadline.after(STOP));
    if (running == null ? !killed() : running.alive())
      throw new IOException(
          "pid " + survivor.process().pid() + " did not end within " + STOP.toSeconds() + " s");
  }

  /// For a monitor that could not be adopted.
  private boolean killed() throws IOException {
    try {
      HostObject.Monitor process = survivor.process();
      Child monitor = Child.adopt(Math.toIntExact(process.pid()), process.startTicks());
      monitor.signal(SIGKILL);
      return monitor.awaitEnd(STOP).isPresent();
    } catch (KernelException gone) {
      if (gone.errno() == Errno.ESRCH) return true;
      throw gone;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void release() throws IOException {
    checkpoint.passing("release slot");
    if (slot != null) slot.release();
    else workshop.slots().sweep(survivor.sandbox().anchor());
  }

  private void hold(String what, Ledger.Entry entry, Holdings.Release removal) {
    holdings.add(
        what,
        () -> {
          checkpoint.passing("remove " + what);
          removal.run();
          checkpoint.passing("forget " + what);
          workshop.ledger().close(entry);
        });
  }

  private void begin(String next) throws IOException {
    step = next;
    checkpoint.passing(next);
  }
}
