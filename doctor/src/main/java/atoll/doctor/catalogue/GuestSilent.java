package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The guest runs, and its network is dead.
final class GuestSilent extends Failure {
  GuestSilent() {
    super(
        "guest.nic_silent",
        Layer.GUEST,
        Severity.BREAKING,
        "nothing answers, not even ARP, while its processors work",
        "no answer to raw frames, on a tap that is up, held and has carrier, of a monitor that"
            + " runs",
        "its interface is down or lost its address: `atoll sandbox logs` may say why; kill it if it"
            + " does not come back");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!Facts.silent(e) || Facts.still(e)) return Optional.empty();
    return found(
        0.88,
        "the cable is whole up to the guest and its processors run: what is left is its interface"
            + " or address",
        "no answer to ARP, ping or TCP by raw frames on tap0",
        "the monitor's threads ran " + e.probe().switches() + " times meanwhile");
  }
}
