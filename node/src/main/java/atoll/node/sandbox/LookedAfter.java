package atoll.node.sandbox;

import atoll.core.SandboxId;
import atoll.linux.net.LinkWatch;
import atoll.node.gate.GuestAgent;
import atoll.node.health.Patient;
import java.io.IOException;
import java.util.Optional;

/// A running sandbox, as its health is asked for.
record LookedAfter(SandboxId id, NetworkSlot slot, GuestAgents agents) implements Patient {
  @Override
  public Optional<String> linkFault() {
    return slot.linkFault();
  }

  @Override
  public GuestAgent agent() {
    return agents.in(slot);
  }

  @Override
  public LinkWatch linkEvents() throws IOException {
    return slot.events();
  }
}
