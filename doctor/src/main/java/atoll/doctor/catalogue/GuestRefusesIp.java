package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import java.util.Optional;

/// The guest answers ARP and drops everything else.
final class GuestRefusesIp extends Failure {
  GuestRefusesIp() {
    super(
        "guest.ip_refused",
        Layer.GUEST,
        Severity.BREAKING,
        "connections time out, while ARP is answered",
        "raw frames below the namespace: ARP answered, the agent's port silent",
        "a firewall inside, or its route to the host: through the console alone; else kill it");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    return e.probed()
        .filter(p ->
            !p.arpMac().isEmpty()
                && p.rawPort().isEmpty()
                && !p.tcp().equals("connected")
                && !p.tcp().equals("refused"))
        .flatMap(p ->
            found(
                0.9,
                "the frames went straight to the guest, so nothing of the host can have dropped"
                    + " them",
                "ARP answered by " + p.arpMac() + " in " + Math.round(p.arpMillis()) + " ms",
                "ping "
                    + (p.ping() ? "answered" : "silent")
                    + ", port "
                    + Expected.AGENT_PORT
                    + " silent"));
  }
}
