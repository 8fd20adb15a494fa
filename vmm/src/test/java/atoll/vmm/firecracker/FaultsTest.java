package atoll.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Words as Firecracker 1.16.1 says them.
class FaultsTest {
  private static final String NET =
      "Network config error: Could not create the network device: Open tap device failed: ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tap_missing|Error while creating ifreq structure: Operation not permitted (os error 1). Invalid TUN/TAP Backend provided by tap7.",
        "tap_busy|Error while creating ifreq structure: Device or resource busy (os error 16). Invalid TUN/TAP Backend provided by tap0.",
        "tap_busy|Error while creating ifreq structure: Resource busy (os error 16). Invalid TUN/TAP Backend provided by tap0.",
        "tap_unusable|Error while creating ifreq structure: Invalid argument (os error 22). Invalid TUN/TAP Backend provided by lo.",
        "tap_unusable|Invalid interface name",
        "tun_denied|Couldn't open /dev/net/tun: Permission denied (os error 13)."
      })
  void taps(String reason, String words) {
    assertThat(Faults.reason(NET + words)).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kernel_missing|Boot source error: The kernel file cannot be opened: No such file or directory (os error 2)",
        "initramfs_missing|Boot source error: The initrd file cannot be opened due to invalid path or invalid permissions. No such file or directory (os error 2)",
        "kernel_format|Start microvm error: System configuration error: Cannot load kernel due to invalid memory configuration or invalid kernel image: Kernel Loader: failed to load ELF kernel image: Kernel Loader: Invalid Elf magic number",
        "memory_too_small|Start microvm error: System configuration error: Cannot load kernel due to invalid memory configuration or invalid kernel image: Kernel Loader: failed to load ELF kernel image: Kernel Loader: Unable to read kernel image",
        "disk_missing|Drive config error: Unable to create the virtio block device: Virtio backend error: Error manipulating the backing file: No such file or directory (os error 2) /srv/e/none.ext4",
        "disk_denied|Drive config error: Unable to create the virtio block device: Virtio backend error: Error manipulating the backing file: Permission denied (os error 13) disk.raw",
        "disk_unusable|Drive config error: Unable to create the virtio block device: Virtio backend error: Error manipulating the backing file: Is a directory (os error 21) disk.raw",
        "cpu_count_invalid|Machine config error: The number of vCPUs must be greater than 0, less than 32 and must be 1 or an even number if SMT is enabled.",
        "memory_invalid|Machine config error: The memory size (MiB) is either 0, or not a multiple of the configured page size.",
        "memory_refused|Start microvm error: Error with the KvmVm object: Cannot set the memory regions: Invalid argument (os error 22)",
        "memory_refused|Start microvm error: Invalid Memory Configuration: Cannot create mmap region: Cannot allocate memory (os error 12)",
        "kvm_missing|Start microvm error: Kvm error: Error creating KVM object: No such file or directory (os error 2) Make sure the user launching the firecracker process is configured on the /dev/kvm file's ACL.",
        "kvm_denied|Start microvm error: Kvm error: Error creating KVM object: Permission denied (os error 13) Make sure",
        "cpu_unsupported|Start microvm error: Failed to create guest config: Can create cpuid from raw: Unsupported CPUID manufacturer id: \"[1, 2]\" (only 'GenuineIntel' and 'AuthenticAMD' are supported).",
        "vmm_wrong_state|The requested operation is not supported after starting the microVM.",
        "vmm_refused|The id from the path does not match the id from the body!"
      })
  void machines(String reason, String words) {
    assertThat(Faults.reason(words)).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "snapshot_missing|Failed to get snapshot state from file: Failed to open snapshot file: No such file or directory (os error 2)",
        "snapshot_damaged|Failed to get snapshot state from file: Failed to load snapshot state from file: An error occurred during bitcode serialization: bitcode error",
        "snapshot_damaged|Failed to get snapshot state from file: Failed to load snapshot state from file: CRC64 validation failed",
        "snapshot_damaged|Failed to get snapshot state from file: Failed to load snapshot state from file: Magic value does not match arch: 7",
        "snapshot_version|Failed to get snapshot state from file: Failed to load snapshot state from file: Invalid data version: 11.0.0",
        "snapshot_memory|Failed to load guest memory: Error creating guest memory from file: Failed to load guest memory: No such file or directory (os error 2)",
        "snapshot_memory|Failed to restore guest memory: Total sum of memory regions exceeds largest possible file offset",
        "tap_busy|Failed to build microVM from snapshot: Failed to restore devices: Error restoring MMIO devices: Net: Failed to create a network device: Open tap device failed: Error while creating ifreq structure: Device or resource busy (os error 16).",
        "disk_missing|Failed to build microVM from snapshot: Failed to restore devices: Error restoring MMIO devices: Block: Virtio backend error: Error manipulating the backing file: No such file or directory (os error 2) disk.raw"
      })
  void loads(String reason, String words) {
    assertThat(Faults.reason("Load snapshot error: Failed to restore from snapshot: " + words))
        .isEqualTo(reason);
  }

  @Test
  void aBackslashAndALineEndInTheMidstBecomeABlank() {
    assertThat(Faults.plain("the process is \\\nconfigured on it"))
        .isEqualTo("the process is configured on it");
  }
}
