package atoll.vmm.firecracker;

import atoll.linux.process.ExitStatus;
import atoll.vmm.VmExit;
import atoll.vmm.VmmException;
import atoll.vmm.console.GuestEnd;

/// Why a Firecracker process ended: its status alone does not tell a reboot from a panic, nor a
/// crash from a refused snapshot.
final class Obituary {
  /// A snapshot that cannot be loaded ends the process with this status, after the API's answer.
  private static final int REFUSED = 1;

  /// A call that its seccomp filter does not list ends the process with this status of its own.
  private static final int BAD_SYSCALL = 148;

  /// What it logs when the guest's processor shut down, by a triple fault; the status is 0 or 1.
  private static final String SHUTDOWN = "vcpu run: Shutdown";

  private Obituary() {}

  /// @param words the last of its log
  /// @param seen the kernel's last words on the console, or null
  /// @param refused what the API refused last, or null
  /// @param lost why the disk went dead, or null
  static VmExit of(
      ExitStatus status, String words, GuestEnd.Seen seen, VmmException refused, String lost) {
    if (lost != null) return exit(status, "its disk was lost: " + lost, "disk_lost");
    if (refused != null && status.code() == REFUSED)
      return exit(status, refused.getMessage(), refused.reason().orElse(Faults.UNKNOWN));
    if (seen == null) return silent(status, words);
    return exit(status, seen.message(), seen.reason());
  }

  /// Firecracker ends well only when its guest's processor stops; a kernel that stops it says so.
  private static VmExit silent(ExitStatus status, String words) {
    if (status.code() == BAD_SYSCALL)
      return exit(
          status,
          "its seccomp filter forbids a call that it made, as in a build by another toolchain than"
              + " its release was made with: "
              + words,
          null);
    boolean well = status.code() == 0 && status.signal() == 0;
    if (!well && !words.contains(SHUTDOWN)) return exit(status, words, null);
    String reset = "the guest's processor was reset without a word of its kernel: a triple fault?";
    return exit(status, words.isEmpty() ? reset : reset + " " + words, "guest_stopped");
  }

  private static VmExit exit(ExitStatus status, String message, String slug) {
    return new VmExit(status.code(), status.signal(), message, slug);
  }
}
