package atoll.core;

/// The rungs of the launch gate, in the order in which they are proven. See docs/design.md.
///
/// The code of the first rung that fails travels in the API error, the event and the command line.
public enum Rung {
  VMM_ALIVE("vmm_exited"),
  NAMESPACE("vmm_wrong_namespace"),
  TAP_HELD("tap_not_held"),
  CARRIER("no_carrier"),
  AGENT_TCP("agent_unreachable"),
  AGENT_HEALTH("agent_unhealthy"),
  INIT("agent_init_failed");

  private final String code;

  Rung(String code) {
    this.code = code;
  }

  /// The stable error code of a start that failed here.
  public String code() {
    return code;
  }
}
