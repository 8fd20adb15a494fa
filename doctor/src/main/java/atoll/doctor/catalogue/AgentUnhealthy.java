package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The agent says that it is not well.
final class AgentUnhealthy extends Failure {
  AgentUnhealthy() {
    super(
        "agent.unhealthy",
        Layer.AGENT,
        Severity.BREAKING,
        "clients get errors",
        "status of `GET /health`: 204 expected",
        "read the console; kill the sandbox if it stays");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p -> p.status() != 0 && p.status() != 204)
        .flatMap(p -> certain("it answered by itself", "/health answered " + p.status()));
  }
}
