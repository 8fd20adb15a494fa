package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// Something that is not the agent answers on its port.
final class AgentStranger extends Failure {
  AgentStranger() {
    super(
        "agent.stranger",
        Layer.AGENT,
        Severity.BREAKING,
        "clients say \"bad gateway\" or \"not HTTP\"",
        "the answer to `GET /health` is not HTTP",
        "inside: see who listens on port 49983");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p -> p.tcp().equals("connected") && p.status() == 0 && !p.said().isEmpty())
        .flatMap(
            p -> found(0.85, "an agent answers in HTTP", "it said: " + Facts.printable(p.said())));
  }
}
