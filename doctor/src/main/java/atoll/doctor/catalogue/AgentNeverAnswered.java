package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The sandbox never started: its agent did not answer in time, and the node took it down.
final class AgentNeverAnswered extends Failure {
  AgentNeverAnswered() {
    super(
        "agent.never_answered",
        Layer.AGENT,
        Severity.BREAKING,
        "NO-CARRIER and a missing process are what is left: effects of the clean-up",
        "what the node wrote down when the start failed",
        "read the console's last lines: the guest's init or agent broke; then build the template"
            + " anew");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.ended(e, "agent_unreachable", "agent_unhealthy", "agent_init_failed")
        .flatMap(end ->
            found(
                0.95,
                "the first rung that failed was the agent; the monitor was killed because of it",
                end.at() + " " + end.reason() + ": " + end.message()));
  }
}
