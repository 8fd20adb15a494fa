package atoll.doctor.repair;

import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.GuestQuestions;
import atoll.doctor.evidence.ProbeFacts;
import java.io.IOException;
import java.util.Map;

/// Mends the guest's inside through its own agent.
final class GuestRepairs {
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

  private static void rightGateway(Patient p) throws IOException {
    ProbeFacts probe = p.seen().probe();
    if (probe == null || probe.answersTo().isEmpty())
      throw new IOException("where the guest sends its answers was not seen");
    p.rightGateway(probe.answersTo());
  }
}
