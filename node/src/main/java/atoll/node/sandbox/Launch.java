package atoll.node.sandbox;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.core.Timeline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FileTree;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Procfs;
import atoll.linux.net.TapMissingException;
import atoll.node.disk.Qcow2Overlay;
import atoll.node.gate.GuestAgent;
import atoll.node.gate.LaunchGate;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.NetworkName;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.TemplateInfo;
import atoll.template.Template;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/// The steps from nothing to a guest whose agent answers. One use, one thread.
///
/// Whatever a step makes is journaled before and registered with `holdings` before, so that
/// stopping anywhere leaves nothing that somebody does not know of.
final class Launch implements Beginning {
  static final int FIRST_UID =
      70_000; // below the subordinate ids that adduser hands out, above all that packages use
  private static final Bytes MONITOR_MEMORY =
      Bytes.mib(640); // emulator, and translated code of up to 512 MiB under TCG
  private static final Duration STOP = Duration.ofSeconds(10);

  /// Called before each step; throws to stop the launch there.
  @FunctionalInterface
  interface Checkpoint {
    void passing(String step) throws IOException;
  }

  private final Workshop workshop;
  private final SandboxId id;
  private final Template template;
  private final EgressPolicy egress;
  private final NetworkName network; // null for none
  private final Holdings holdings;
  private final Timeline.Recorder times;
  private final Checkpoint checkpoint;
  private final SandboxPaths paths;
  private String step = "";
  private volatile Vm vm;

  Launch(
      Workshop workshop,
      CreateSandbox request,
      long run,
      Template template,
      Holdings holdings,
      Timeline.Recorder times,
      Checkpoint checkpoint) {
    this.workshop = workshop;
    this.id = request.id();
    this.template = template;
    this.egress = request.egress();
    this.network = request.network();
    this.holdings = holdings;
    this.times = times;
    this.checkpoint = checkpoint;
    this.paths = SandboxPaths.of(workshop.home(), id, run);
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
    Seat seat = seat();
    begin("slot_claim");
    NetworkSlot slot = workshop.slots().claim(egress);
    holdings.add("slot " + slot.index(), () -> release(slot));
    times.mark("slot_claim");
    try {
      return in(slot, seat);
    } catch (IOException | RuntimeException e) {
      slot.wear();
      throw e;
    }
  }

  private Launched in(NetworkSlot slot, Seat seat) throws IOException {
    Ledger.Entry monitor = journal();
    if (seat != null) plug(seat, slot);
    PolicyFile.write(paths.egress(), slot.egress());
    int uid = FIRST_UID + slot.index();
    clone(uid);
    times.mark("clone");

    Groups.Group group = group();
    spawn(monitor, slot, group, uid);
    times.mark("vmm_spawn");
    return prove(slot, seat, group);
  }

  private Seat seat() throws IOException {
    if (network == null) return null;
    begin("seat");
    Seat seat = workshop.seats().take(network);
    holdings.add("seat", seat::free);
    return seat;
  }

  /// Before the monitor is there: nothing passes until a guest sends something.
  private void plug(Seat seat, NetworkSlot slot) throws IOException {
    begin("port_journal");
    hold("port", workshop.ledger().open(seat.port(slot)), seat::unplug);
    begin("port");
    seat.plug(slot);
    times.mark("port");
  }

  private Launched prove(NetworkSlot slot, Seat seat, Groups.Group group) throws IOException {
    GuestAgent agent = workshop.agents().in(slot);
    holdings.add("agent connection", agent::close);
    var gate = new LaunchGate(id, vm, slot, workshop.evidence(), agent, workshop.limits());
    begin("namespace_proof");
    gate.proveNamespace();
    times.mark("namespace_proof");
    begin("carrier");
    gate.proveCarrier();
    times.mark("carrier");
    begin("restore");
    gate.run();
    times.mark("restore");
    begin("agent");
    gate.proveAgent();
    times.mark("agent");
    return new Launched(template, paths, slot, seat, group, vm, agent, gate);
  }

  /// One forced write for all of them; their releases bear that the object was never made.
  private Ledger.Entry journal() throws IOException {
    begin("journal");
    List<Ledger.Entry> entries =
        workshop
            .ledger()
            .open(
                List.of(
                    new HostObject.Directory(paths.directory()),
                    new HostObject.Group(paths.group()),
                    new HostObject.Monitor(paths.name(), paths.directory(), 0, 0),
                    new HostObject.Directory(paths.egress().getParent())));
    hold("policy", entries.get(3), () -> FileTree.remove(paths.egress().getParent()));
    hold("folder", entries.get(0), () -> FileTree.remove(paths.directory()));
    hold("control group", entries.get(1), () -> workshop.groups().sweep(paths.group()));
    hold("monitor", entries.get(2), this::stopMonitor);
    return entries.get(2);
  }

  private void clone(int uid) throws IOException {
    begin("clone");
    Files.createDirectory(
        paths.directory(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    begin("overlay");
    Qcow2Overlay.create(paths.overlay(), template.disk());
    begin("ownership");
    workshop.owner().give(paths.overlay(), uid);
    workshop.owner().give(paths.directory(), uid);
  }

  private Groups.Group group() throws IOException {
    begin("group");
    TemplateInfo info = template.info();
    long memory = Bytes.mib(info.memoryMib()).count() + MONITOR_MEMORY.count();
    return workshop.groups().create(paths.group(), memory, info.cpuCount());
  }

  private void spawn(Ledger.Entry entry, NetworkSlot slot, Groups.Group group, int uid)
      throws IOException {
    begin("vmm_spawn");
    try (Fd tap = openTap(slot)) {
      var jail =
          new Jail(
              paths.directory(), slot.namespace(), tap, uid, workshop.sharedGid(), group::place);
      vm = workshop.vmm().start(spec(slot), jail);
    }
    begin("vmm_journal");
    long ticks = startTicks(vm.pid());
    workshop
        .ledger()
        .amend(entry, new HostObject.Monitor(paths.name(), paths.directory(), vm.pid(), ticks));
  }

  /// The two ways in which a slot is of no use, seen before anything is spawned.
  private Fd openTap(NetworkSlot slot) throws IOException {
    try {
      return slot.openTap();
    } catch (KernelException e) {
      if (e.errno() != Errno.EBUSY) throw e;
      throw slotFault("tap_busy", "another process holds the tap of slot " + slot.anchor(), e);
    } catch (TapMissingException e) {
      throw slotFault("tap_missing", "slot " + slot.anchor() + " has no tap any more", e);
    }
  }

  private Refusal slotFault(String reason, String what, IOException cause) {
    return new Refusal.Failed(
        reason,
        "sandbox " + id + " did not start: " + what,
        "the slot is taken out of use; look for who else works in it",
        null,
        cause);
  }

  /// 0 if the process has ended already, which the gate is about to say.
  private static long startTicks(long pid) {
    try {
      return Procfs.startTime(pid);
    } catch (IOException gone) {
      return 0;
    }
  }

  private VmSpec spec(NetworkSlot slot) {
    return paths.machine(template, slot.guestMac());
  }

  private void stopMonitor() throws IOException {
    Vm running = vm;
    if (running == null) return;
    running.stop(Deadline.after(STOP));
    if (running.alive())
      throw new IOException(
          "pid " + running.pid() + " did not end within " + STOP.toSeconds() + " s");
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

  private void release(NetworkSlot slot) throws IOException {
    checkpoint.passing("release slot");
    slot.release();
  }

  private void begin(String next) throws IOException {
    step = next;
    checkpoint.passing(next);
  }
}
