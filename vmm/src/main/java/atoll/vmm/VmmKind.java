package atoll.vmm;

/// The monitors that Atoll drives.
public enum VmmKind {
  QEMU
}
