package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The agent ends again and again.
final class AgentRestarting extends Failure {
  AgentRestarting() {
    super(
        "agent.restarting",
        Layer.AGENT,
        Severity.DEGRADING,
        "requests fail now and then",
        "its ends among the console's last lines: three or more",
        "read the lines before each end on the console");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    long ends =
        e.console().stream().filter(l -> l.contains("atoll: the agent ended with status")).count();
    if (ends < 3) return Optional.empty();
    return found(
        0.8,
        "its init says so on the console",
        ends + " ends among the last " + e.console().size() + " lines");
  }
}
