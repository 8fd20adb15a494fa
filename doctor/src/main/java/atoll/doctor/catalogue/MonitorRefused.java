package atoll.doctor.catalogue;

import atoll.doctor.evidence.Ending;
import atoll.doctor.evidence.Evidence;
import java.util.Map;
import java.util.Optional;

/// The monitor refused to make the machine, and its words were understood.
final class MonitorRefused extends Failure {
  /// By the beginning of the reason.
  private static final Map<String, String> REMEDIES =
      Map.ofEntries(
          Map.entry("tap_", "the slot was taken out of use; look for who else works in it"),
          Map.entry("tun_denied", "chmod 666 /dev/net/tun"),
          Map.entry(
              "kvm_missing", "modprobe kvm_intel or kvm_amd; in a container pass /dev/kvm in"),
          Map.entry("kvm_denied", "chgrp kvm /dev/kvm and chmod 660 it"),
          Map.entry("kvm_unusable", "`atoll doctor --host` says what KVM does here"),
          Map.entry("cpu_", "use --vmm qemu on this processor, or another template"),
          Map.entry("kernel_", "build the template again: its kernel is no ELF file"),
          Map.entry("initramfs_", "build the template again"),
          Map.entry("memory_", "a template with a size that this host can give"),
          Map.entry("disk_", "look at the overlay, the storage daemon and the space in the home"),
          Map.entry("snapshot_", "build the template again, here and with this monitor"),
          Map.entry("vmm_refused", "its words are unknown: its version may be"),
          Map.entry("vmm_wrong_state", "report it: calls came in a wrong order"));

  MonitorRefused() {
    super(
        "vmm.refused",
        Layer.VMM,
        Severity.BREAKING,
        "a create fails with the monitor's own words",
        "what the node wrote down when the start failed",
        "the reason says which: docs/errors.md");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    Ending end = e.ending();
    if (end == null || e.monitor().alive() || end.reason().equals("disk_lost"))
      return Optional.empty();
    return REMEDIES.entrySet().stream()
        .filter(known -> end.reason().startsWith(known.getKey()))
        .filter(_ -> !end.reason().equals("tap_not_held"))
        .findFirst()
        .flatMap(known ->
            found(
                0.96,
                known.getValue(),
                end.at() + " " + end.reason() + ": " + Facts.printable(end.message())));
  }
}
