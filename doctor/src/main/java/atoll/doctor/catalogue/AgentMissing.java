package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.ProbeFacts;
import java.util.Optional;

/// The image has no agent.
final class AgentMissing extends Failure {
  AgentMissing() {
    super(
        "agent.missing",
        Layer.AGENT,
        Severity.BREAKING,
        "the guest boots and never answers",
        "init's words on the console",
        "build the template again");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return Facts.console(e, "is missing from this image")
        .filter(_ -> !e.probed().map(ProbeFacts::healthy).orElse(false))
        .flatMap(line -> found(0.97, "its init looked for it", "console: " + line));
  }
}
