package atoll.vmm.firecracker;

import atoll.core.Deadline;
import atoll.linux.net.Tap;
import atoll.linux.process.Child;
import atoll.linux.process.Limit;
import atoll.linux.process.Spawn;
import atoll.vmm.Jail;
import atoll.vmm.KvmDevice;
import atoll.vmm.RawDisks;
import atoll.vmm.RawDisks.RawDisk;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.VmmException;
import atoll.vmm.console.GuestEnd;
import atoll.vmm.firecracker.FirecrackerVm.Outfit;
import atoll.vmm.io.PipeReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// One start of a Firecracker process: checks what Firecracker would not mind, lays everything out
/// in its room, spawns it, hands over to a [FirecrackerVm].
///
/// The tap is given to the monitor's user and let go of, so that the monitor, which has no right to
/// make one, can open it by name in its namespace and in no other. The disk is shown meanwhile and
/// waited for when the machine is made; in a jail it must be there before the jailer leaves our
/// mounts. Whatever fails, nothing of the start is left behind.
final class FirecrackerLaunch {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /// Some 10 ms; a busy host is allowed for.
  private static final Duration EXPORT = Duration.ofSeconds(10);

  private static final Duration DEATH = Duration.ofSeconds(5);
  private static final int SIGKILL = 9;

  private final FirecrackerProgram program;
  private final RawDisks disks;
  private final PipeReader reader;
  private final VmSpec spec;
  private final Jail jail;
  private volatile FirecrackerVm vm;

  FirecrackerLaunch(
      FirecrackerProgram program, RawDisks disks, PipeReader reader, VmSpec spec, Jail jail) {
    this.program = program;
    this.disks = disks;
    this.reader = reader;
    this.spec = spec;
    this.jail = jail;
  }

  FirecrackerVm start() throws IOException {
    if (spec.origin() instanceof Origin.Restore restore) requireMemory(restore);
    Room room = Room.make(jail, program, spec.name());
    var disk = spec.disk() == null ? PendingDisk.none() : PendingDisk.begin(() -> disk(room));
    try {
      return start(room, disk);
    } catch (IOException | RuntimeException e) {
      disk.close();
      room.clear();
      throw e;
    }
  }

  /// Firecracker maps whatever is there, and finds out late or never.
  private void requireMemory(Origin.Restore restore) throws IOException {
    if (!Files.exists(restore.memoryFile()))
      throw VmmException.refused(
          "snapshot_missing", "the snapshot's memory " + restore.memoryFile() + " does not exist");
    long size = Files.size(restore.memoryFile());
    if (size != spec.memory().count())
      throw VmmException.refused(
          "snapshot_memory",
          "the snapshot's memory %s has %d bytes, the machine %d"
              .formatted(restore.memoryFile(), size, spec.memory().count()));
  }

  private String handOverTap() throws IOException {
    String name = Tap.name(jail.tap());
    Tap.handOver(jail.tap(), jail.uid());
    return name;
  }

  private RawDisk disk(Room room) throws IOException {
    Path file = room.diskFile();
    RawDisk disk = disks.export(spec.disk(), file, jail.uid(), Deadline.after(EXPORT));
    try {
      requireSize(file);
      return disk;
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw e;
    }
  }

  /// Firecracker takes a disk of any size for the one of the snapshot, an empty file too.
  private void requireSize(Path file) throws IOException {
    long size = Files.size(file);
    if (size == 0)
      throw VmmException.refused("disk_empty", "the disk " + spec.disk() + " is empty");
    if (spec.origin() instanceof Origin.Restore restore
        && restore.diskSize() != null
        && restore.diskSize().count() != size)
      throw VmmException.refused(
          "disk_size",
          "the disk %s has %d bytes, the snapshot was taken with %d"
              .formatted(spec.disk(), size, restore.diskSize().count()));
  }

  private FirecrackerVm start(Room room, PendingDisk disk) throws IOException {
    if (room.chroot()) disk.await();
    else Files.deleteIfExists(jail.apiSocket());
    var fifos = MonitorFifos.make(room.folder(), jail.uid());
    try {
      Child child = process(fifos).start();
      try {
        place(child);
        return machine(room, disk, fifos, child);
      } catch (IOException | RuntimeException e) {
        end(child);
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      fifos.close();
      throw e;
    }
  }

  /// Before anything else: what the process does is in its group.
  private void place(Child child) throws IOException {
    try {
      jail.place().place(child.pid());
    } catch (IOException | RuntimeException e) {
      throw new VmmException(
          "the monitor of " + spec.name() + " could not be started: " + e.getMessage(), e);
    }
  }

  /// All that the process needs only when it makes the machine is done while it comes up.
  private FirecrackerVm machine(Room room, PendingDisk disk, MonitorFifos fifos, Child child)
      throws IOException {
    String tap = handOverTap();
    var plan = MachinePlan.of(spec, tap, room, program.release());
    var end =
        new GuestEnd(seen -> {
          if (vm != null) vm.guestEnded(seen);
        });
    var pipes = MonitorPipes.read(reader, fifos, jail.console(), end);
    var api = new FirecrackerApi(room.apiSocket());
    vm = new FirecrackerVm(spec, room, plan, api, child, new Outfit(pipes, end, disk));
    return vm;
  }

  /// Of a process that got no owner.
  private void end(Child child) throws IOException {
    child.signal(SIGKILL);
    try {
      if (child.awaitEnd(DEATH).isPresent()) return;
      String text =
          "monitor " + child.pid() + " of " + spec.name() + " was killed, is not gone yet";
      System.getLogger(FirecrackerLaunch.class.getName()).log(System.Logger.Level.ERROR, text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Spawn process(MonitorFifos fifos) throws IOException {
    var spawn =
        Spawn.command(new FirecrackerCommand(program, spec.name(), jail).words())
            .environment(Map.of("PATH", "/usr/bin:/bin", "HOME", "/nonexistent"))
            .directory(jail.directory().toString())
            .fd(STANDARD_OUTPUT, fifos.console().number())
            .fd(STANDARD_ERROR, fifos.words().number())
            .netns(jail.netns().number())
            .session(true);
    if (program.jailer().isPresent()) return spawn; // it needs root, and gives it up
    return spawn
        .credentials(jail.uid(), jail.uid(), groups())
        .noNewPrivileges()
        .limit(Limit.OPEN_FILES, FirecrackerCommand.MOST_FILES)
        .limit(Limit.CORE_BYTES, 0);
  }

  private int[] groups() throws IOException {
    int kvm =
        KvmDevice.at(KvmDevice.USUAL)
            .map(KvmDevice::groupForMonitors)
            .orElse(KvmDevice.NONE_NEEDED);
    return kvm > 0 ? new int[] {jail.sharedGid(), kvm} : new int[] {jail.sharedGid()};
  }
}
