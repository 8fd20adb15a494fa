package atoll.vmm.firecracker;

import atoll.core.Deadline;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.Child;
import atoll.vmm.Jail;
import atoll.vmm.RawDisks;
import atoll.vmm.VmSpec;
import atoll.vmm.VmmException;
import atoll.vmm.console.GuestEnd;
import atoll.vmm.firecracker.FirecrackerVm.Outfit;
import atoll.vmm.io.PipeReader;
import java.io.IOException;
import java.time.Duration;

/// Takes over one Firecracker process that runs already, with its disk.
///
/// The API takes one call after the other from anybody, so nothing of it needs to be taken over. If
/// this fails, the process is as it was.
final class FirecrackerAdoption {
  private static final Duration DISK = Duration.ofSeconds(5);

  private final RawDisks disks;
  private final PipeReader reader;
  private final VmSpec spec;
  private final Jail jail;
  private volatile FirecrackerVm vm;

  FirecrackerAdoption(RawDisks disks, PipeReader reader, VmSpec spec, Jail jail) {
    this.disks = disks;
    this.reader = reader;
    this.spec = spec;
    this.jail = jail;
  }

  FirecrackerVm take(long pid, long startTicks) throws IOException {
    Child process = process(pid, startTicks);
    Room room = Room.of(jail);
    var disk =
        spec.disk() == null
            ? PendingDisk.none()
            : PendingDisk.of(disks.adopt(room.folder().resolve(Room.DISK), Deadline.after(DISK)));
    var end =
        new GuestEnd(seen -> {
          if (vm != null) vm.guestEnded(seen);
        });
    var pipes = pipes(room, end);
    var api = new FirecrackerApi(room.apiSocket());
    vm = new FirecrackerVm(spec, room, null, api, process, new Outfit(pipes, end, disk));
    return vm;
  }

  private MonitorPipes pipes(Room room, GuestEnd end) throws IOException {
    var fifos = MonitorFifos.reopen(room.folder());
    try {
      return MonitorPipes.readOn(reader, fifos, jail.console(), end);
    } catch (IOException | RuntimeException e) {
      fifos.close();
      throw e;
    }
  }

  private Child process(long pid, long startTicks) throws IOException {
    try {
      return Child.adopt(Math.toIntExact(pid), startTicks);
    } catch (KernelException gone) {
      throw new VmmException("the monitor of " + spec.name() + ", pid " + pid + ", is gone", gone);
    }
  }
}
