package atoll.vmm;

/// What executes the guest's instructions.
public enum Accelerator {
  /// Hardware virtualisation.
  KVM,
  /// Translation in software: runs anywhere, and is no hardware isolation boundary.
  TCG;

  /// As users see it: `kvm` or `tcg`.
  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
