package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// Nobody listens on the agent's port.
final class AgentNotListening extends Failure {
  AgentNotListening() {
    super(
        "agent.not_listening",
        Layer.AGENT,
        Severity.BREAKING,
        "connections are refused at once",
        "the port's answer to a raw SYN, or to a connection: reset",
        "read the console: why the agent ended; its init starts it again");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p -> !p.tcp().equals("connected")) // somebody took a connection meanwhile
        .filter(p ->
            p.rawPort().equals("refused") || (p.rawPort().isEmpty() && p.tcp().equals("refused")))
        .flatMap(p ->
            found(
                0.95,
                "a reset comes from the guest's living kernel: all below it is well",
                "port " + Expected.AGENT_PORT + " refused, ARP by " + p.arpMac()));
  }
}
