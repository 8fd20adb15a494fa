package atoll.doctor.catalogue;

/// Where a failure lies, in the order in which a packet passes.
public enum Layer {
  HOST("host"),
  VETH("veth"),
  NAMESPACE("namespace"),
  TAP("tap"),
  VMM("vmm"),
  GUEST("guest NIC"),
  AGENT("agent");

  private final String hop;

  Layer(String hop) {
    this.hop = hop;
  }

  /// How the ladder names it.
  public String hop() {
    return hop;
  }

  public String word() {
    return this == GUEST ? "guest" : hop;
  }
}
