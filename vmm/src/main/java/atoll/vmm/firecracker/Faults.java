package atoll.vmm.firecracker;

import java.util.List;
import java.util.regex.Pattern;

/// What Firecracker's words mean, as stable reasons.
///
/// Its API answers every failure with status 400 and prose. Texts as seen with 1.16.1; older
/// releases word most of them alike. Text that is not known is `vmm_refused`.
final class Faults {
  static final String UNKNOWN = "vmm_refused";

  private record Fault(Pattern words, String reason) {
    Fault(String words, String reason) {
      this(Pattern.compile(words, Pattern.DOTALL), reason);
    }
  }

  /// The first that is found counts.
  private static final List<Fault> TABLE =
      List.of(
          new Fault("Open tap device failed:.*Couldn't open /dev/net/tun", "tun_denied"),
          // Whoever may not make a tap and finds none of its own under this name.
          new Fault("Open tap device failed:.*os error 1\\b", "tap_missing"),
          // By its number: the words are the C library's, and releases are linked with musl.
          new Fault("Open tap device failed:.*os error 16\\b", "tap_busy"),
          new Fault("Open tap device failed:", "tap_unusable"),
          new Fault("Error creating KVM object: No such file", "kvm_missing"),
          new Fault("Error creating KVM object: Permission denied", "kvm_denied"),
          new Fault("Error creating KVM object", "kvm_unusable"),
          new Fault("Unsupported CPUID manufacturer", "cpu_unsupported"),
          new Fault("kernel file cannot be opened", "kernel_missing"),
          new Fault("initrd file cannot be opened", "initramfs_missing"),
          new Fault("Invalid Elf magic number|Unable to read elf header", "kernel_format"),
          new Fault("Unable to read kernel image", "memory_too_small"),
          new Fault("Cannot create mmap region|Cannot set the memory regions", "memory_refused"),
          new Fault("The memory size \\(MiB\\) is either 0", "memory_invalid"),
          new Fault("number of vCPUs must be", "cpu_count_invalid"),
          new Fault("backing file: No such file", "disk_missing"),
          new Fault("backing file: Permission denied", "disk_denied"),
          new Fault("Error manipulating the backing file", "disk_unusable"),
          new Fault("Failed to open snapshot file", "snapshot_missing"),
          new Fault("bitcode|CRC64|Magic value does not match", "snapshot_damaged"),
          new Fault("Invalid data version", "snapshot_version"),
          new Fault("guest memory", "snapshot_memory"),
          new Fault(
              "is not supported (before|after) starting|after configuring boot-specific",
              "vmm_wrong_state"));

  private Faults() {}

  static String reason(String words) {
    for (Fault fault : TABLE) if (fault.words.matcher(words).find()) return fault.reason;
    return UNKNOWN;
  }

  /// The words in one line: one of the texts has a backslash and a line end in its midst.
  static String plain(String words) {
    return words.replaceAll("\\s*\\\\?\\s*\\n\\s*", " ").strip();
  }
}
