package atoll.doctor.repair;

import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.GuestQuestions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/// Mends the guest's inside through its own agent.
final class GuestRepairs {
  private static final Duration EFFECT = Duration.ofSeconds(3);

  private GuestRepairs() {}

  static Map<String, Repair> all() {
    return Map.of(
        "guest.cgroup2_missing", p -> p.guest("$b mount -t cgroup2 none /sys/fs/cgroup"),
        "guest.clock", p -> p.guest("$b date -s @" + GuestQuestions.now() + " >/dev/null"),
        "guest.no_route",
            p -> p.guest("$b ip route add default via " + Expected.HOST.address().getHostAddress()),
        "guest.loopback_down", p -> p.guest("$b ip link set lo up"),
        "guest.read_only", p -> p.guest("$b mount -o remount,rw /"),
        "guest.frozen",
            p ->
                p.guest(
                    "for f in /sys/fs/cgroup/*/cgroup.freeze /sys/fs/cgroup/*/*/cgroup.freeze; do"
                        + " [ -e \"$f\" ] && echo 0 >\"$f\"; done; exit 0"),
        "guest.gateway_poisoned", GuestRepairs::rightGateway,
        "guest.no_terminals", p -> p.guest("$b mount -t devpts devpts /dev/pts"));
  }

  /// Answers its guest under the wrong address for as long as the order takes: the guest pins the
  /// right one a moment after it has said yes.
  private static void rightGateway(Patient p) throws IOException {
    String tap = Expected.TAP;
    p.inside("ip", "link", "set", tap, "address", p.seen().probe().answersTo());
    try {
      p.guest(
          "( $b sleep 0.3; $b arp -s "
              + Expected.HOST.address().getHostAddress()
              + " "
              + Expected.HOST_MAC
              + " -i eth0 ) </dev/null >/dev/null 2>&1 & exit 0");
    } finally {
      p.inside("ip", "link", "set", tap, "address", Expected.HOST_MAC.toString());
      p.pinNeighbour(); // a link forgets its neighbours with its address
    }
    p.awaitHealth(true, EFFECT);
  }
}
