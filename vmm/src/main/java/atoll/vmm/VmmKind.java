package atoll.vmm;

/// The monitors that Atoll drives.
public enum VmmKind {
  QEMU,
  FIRECRACKER;

  /// As users see it: `qemu` or `firecracker`.
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
