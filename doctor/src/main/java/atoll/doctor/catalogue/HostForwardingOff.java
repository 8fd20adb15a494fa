package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.Optional;

/// The host does not forward, although this sandbox has a way out.
final class HostForwardingOff extends Failure {
  HostForwardingOff() {
    super(
        "host.forwarding_off",
        Layer.HOST,
        Severity.DEGRADING,
        "the sandbox answers, but reaches nothing outside",
        "net.ipv4.ip_forward of the host is 0 and the namespace holds a way out",
        "sysctl -w net.ipv4.ip_forward=1");
  }

  @Override
  public Optional<Finding> examine(Evidence e) {
    if (!"0".equals(e.host().settings().get("net/ipv4/ip_forward")) || !Facts.hasWayOut(e))
      return Optional.empty();
    return found(
        0.95,
        "the way out exists and the host refuses to pass packets on",
        "net.ipv4.ip_forward = 0");
  }
}
