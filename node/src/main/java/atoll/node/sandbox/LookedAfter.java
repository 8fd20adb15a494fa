package atoll.node.sandbox;

import atoll.core.SandboxId;
import atoll.linux.net.LinkWatch;
import atoll.node.gate.GuestAgent;
import atoll.node.health.Patient;
import atoll.node.health.Watch;
import java.io.IOException;
import java.util.Optional;

/// A running sandbox, as its health is asked for.
///
/// @param seat null for one that is in no shared network
record LookedAfter(SandboxId id, NetworkSlot slot, Seat seat, GuestAgents agents)
    implements Patient {
  @Override
  public Optional<String> linkFault() {
    Optional<String> own = slot.linkFault();
    return own.isPresent() || seat == null ? own : portFault();
  }

  private Optional<String> portFault() {
    try {
      return seat.fault().map(_ -> Watch.PORT_CUT);
    } catch (IOException e) {
      return Optional.of(Watch.PORT_CUT);
    }
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
