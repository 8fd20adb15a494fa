package atoll.doctor.evidence;

import atoll.linux.net.NetworkView.Port;
import java.util.Optional;

/// A sandbox's place in a shared network: a cable from its namespace to a bridge of the host.
///
/// @param inner the end in the slot's namespace
/// @param outer the end in the host's namespace
/// @param bridge what the outer end is a port of
public record SeatFacts(Optional<Port> inner, Optional<Port> outer, Optional<Port> bridge) {
  private static final int FORWARDING = 3;

  /// What keeps frames from passing; empty if nothing does.
  public String cut() {
    if (inner.isEmpty() || outer.isEmpty()) return "its cable is gone";
    if (!inner.get().link().up()) return inner.get().name() + " in the namespace is down";
    if (!outer.get().link().up()) return outer.get().name() + " is down";
    if (bridge.isEmpty()) return outer.get().name() + " is no port of a bridge";
    if (!bridge.get().link().up()) return "the bridge " + bridge.get().name() + " is down";
    int state = outer.get().state();
    return state == FORWARDING
        ? ""
        : outer.get().name() + " does not forward, its state is " + state;
  }
}
