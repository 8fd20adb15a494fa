package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The agent cannot be reached, and nothing else is wrong.
final class AgentUnreachable extends Failure {
  AgentUnreachable() {
    super(
        "agent.unreachable",
        Layer.AGENT,
        Severity.BREAKING,
        "connections fail",
        "none of the other checks, and no answer",
        "`atoll doctor --bundle` gathers what was seen");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!e.unreachable()) return Optional.empty();
    return found(
        0.3,
        "all that was read is as it should be",
        "connection: "
            + e.probe().tcp()
            + ", raw: ARP "
            + e.probe().arpMac()
            + ", port "
            + e.probe().rawPort());
  }
}
