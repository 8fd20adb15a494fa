package atoll.vmm.qemu;

import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.process.Child;
import atoll.linux.process.ExitStatus;
import atoll.linux.process.Limit;
import atoll.linux.process.Spawn;
import atoll.vmm.Accelerator;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One run of the [ProbeGuest] under one accelerator, in a process that is gone afterwards.
///
/// @param finished whether the guest ran to its end
/// @param words how it went otherwise
record ProbeRun(boolean finished, Duration took, String words) {
  private static final int SIGKILL = 9;

  /// Translation needs 0.3 s; a guest that spins is killed long before by whoever waits for it, and
  /// by this bound should that process die while it probes.
  private static final Duration MOST_CPU = Duration.ofSeconds(30);

  /// A killed process that spins in the kernel was gone in 10 ms; a busy host is allowed for.
  private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);

  /// Runs the guest as this user; group 0 adds none.
  static ProbeRun of(QemuProgram qemu, Accelerator accelerator, int uid, int group, Duration limit)
      throws IOException {
    Path guest = ProbeGuest.write();
    Path words = Files.createTempFile("atoll-probe-", ".words");
    try (Fd error = FdIo.open(words, FdIo.O_RDWR)) {
      long start = System.nanoTime();
      Child child = process(qemu, accelerator, guest, uid, group).fd(2, error.number()).start();
      try {
        return outcome(child, Deadline.after(limit), start, words);
      } finally {
        child.signal(SIGKILL); // nothing, unless waiting for it was interrupted
      }
    } finally {
      Files.deleteIfExists(guest);
      Files.deleteIfExists(words);
    }
  }

  private static Spawn process(
      QemuProgram qemu, Accelerator accelerator, Path guest, int uid, int group) {
    var spawn =
        Spawn.command(command(qemu, accelerator, guest))
            .environment(Map.of("PATH", "/usr/bin:/bin"))
            .directory("/")
            .limit(Limit.PROCESSOR_SECONDS, MOST_CPU.toSeconds())
            .session(true);
    return group > 0 ? spawn.credentials(uid, uid, group) : spawn.credentials(uid, uid);
  }

  private static List<String> command(QemuProgram qemu, Accelerator accelerator, Path guest) {
    var words = new ArrayList<String>();
    words.addAll(List.of(qemu.binary().toString(), "-name", "atoll-probe"));
    words.addAll(
        List.of(
            "-machine",
            "microvm,acpi=on,pcie=off,rtc=off",
            "-accel",
            accelerator.label(),
            "-m",
            "16M"));
    words.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"));
    words.addAll(List.of("-sandbox", QemuCommand.SANDBOX, "-bios", guest.toString()));
    words.addAll(
        List.of("-device", "isa-debug-exit,iobase=" + ProbeGuest.DEBUG_PORT + ",iosize=4"));
    return words;
  }

  private static ProbeRun outcome(Child child, Deadline deadline, long start, Path words)
      throws IOException {
    var found = within(child, deadline.left());
    if (found.isEmpty()) {
      String times = cpuTimes(child.pid());
      child.signal(SIGKILL);
      if (within(child, LONGEST_DEATH).isEmpty()) {
        throw new VmmException("the probe process " + child.pid() + " was killed and does not end");
      }
      return new ProbeRun(false, since(start), "still running, " + times + "; killed and gone");
    }
    ExitStatus ended = found.get();
    String said = Files.readString(words).strip().replace('\n', ' ');
    return new ProbeRun(
        ended.code() == ProbeGuest.SUCCESS,
        since(start),
        said.isEmpty() ? ended.toString() : ended + ": " + said);
  }

  private static Optional<ExitStatus> within(Child child, Duration limit) throws IOException {
    try {
      return child.awaitEnd(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException("interrupted while probing", e);
    }
  }

  /// Fields 14 and 15 of proc_pid_stat(5), in clock ticks of 10 ms.
  private static String cpuTimes(int pid) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return "user time " + fields[11] + "0 ms, system time " + fields[12] + "0 ms";
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }
}
