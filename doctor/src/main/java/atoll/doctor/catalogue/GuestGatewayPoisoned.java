package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import atoll.linux.net.Mac;
import java.util.Optional;

/// The guest hears everything and sends its answers to an address that its host does not have.
final class GuestGatewayPoisoned extends Failure {
  GuestGatewayPoisoned() {
    super(
        "guest.gateway_poisoned",
        Layer.GUEST,
        Severity.BREAKING,
        "connections time out, while raw frames are answered",
        "the MAC to which the guest's answers are sent, against the tap's own",
        "inside: ip neigh replace 169.254.0.22 lladdr 02:FC:00:00:00:06 dev eth0");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    Mac tap = e.slot().tap().map(t -> t.link().mac()).orElse(null);
    if (!Expected.HOST_MAC.equals(tap)) return Optional.empty();
    return e.probed()
        .filter(p -> !p.answersTo().isEmpty() && !p.answersTo().equals(tap.toString()))
        .flatMap(p ->
            found(
                e.unreachable() ? Severity.BREAKING : Severity.DEGRADING,
                0.97,
                "its answers left the guest, and nobody at the other end of its cable takes them",
                "answers sent to " + p.answersTo() + ", the tap is " + tap));
  }
}
