package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The agent accepts connections and says nothing.
final class AgentHung extends Failure {
  AgentHung() {
    super(
        "agent.hung",
        Layer.AGENT,
        Severity.BREAKING,
        "connections stand, requests time out",
        "a connection was made and `GET /health` had no answer",
        "the agent's process is stopped or hangs: kill the sandbox if it does not come back");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p -> p.tcp().equals("connected") && p.status() == 0 && p.said().isEmpty())
        .flatMap(p ->
            found(
                0.93,
                "the guest's kernel accepts in the agent's name; only the program is missing",
                "TCP connected, /health silent for " + Math.round(p.wholeMillis()) + " ms"));
  }
}
