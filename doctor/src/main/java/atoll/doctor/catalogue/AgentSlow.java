package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The agent answers, slowly.
final class AgentSlow extends Failure {
  AgentSlow() {
    super(
        "agent.slow",
        Layer.AGENT,
        Severity.EXPLAINING,
        "requests take long; nothing fails",
        "the best of three answers to `GET /health`: above 300 ms",
        "look for a busy guest or host; slow is no fault by itself");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p -> p.healthy() && p.healthMillis() > 300)
        .flatMap(p -> found(0.5, "everything answers as it should, only late", Facts.health(e)));
  }
}
