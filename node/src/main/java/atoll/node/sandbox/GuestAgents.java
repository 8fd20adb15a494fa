package atoll.node.sandbox;

import atoll.node.gate.GuestAgent;

/// Reaches the agent of the guest in a slot.
@FunctionalInterface
public interface GuestAgents {
  GuestAgent in(NetworkSlot slot);
}
