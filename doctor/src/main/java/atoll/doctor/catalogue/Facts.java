package atoll.doctor.catalogue;

import atoll.doctor.evidence.Ending;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.SlotFacts.Elsewhere;
import atoll.linux.net.NetworkView.Neighbour;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.NetworkView.Route;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What several checks ask of the evidence, in one sentence each.
final class Facts {
  static final int MAIN = 254;
  static final Set<String> USUAL_QUEUES =
      Set.of("noqueue", "pfifo_fast", "fq_codel", "fq", "mq", "noop");
  static final Set<String> INGRESS = Set.of("ingress", "clsact");
  private static final int LOCAL = 255;
  private static final int UNICAST = 1;

  /// A guest that runs has some hundred switches a second; one that stands has none but the
  /// monitor's own housekeeping.
  private static final long STILL = 3;

  private Facts() {}

  /// The slot's tap, held by the monitor in the slot's namespace.
  static Optional<Port> heldTap(Evidence e) {
    return e.slot().tap().filter(_ -> e.monitor().holds(Expected.TAP) && !elsewhereThanSlot(e));
  }

  /// The slot's tap where it could carry packets: up, and not a stranger to the monitor.
  static Optional<Port> usableTap(Evidence e) {
    return heldTap(e).filter(t -> t.link().up() && t.master() == 0);
  }

  /// The link of the slot's namespace that the monitor holds, whatever its name.
  static Optional<Port> heldPort(Evidence e) {
    if (e.slot().view() == null || elsewhereThanSlot(e)) return Optional.empty();
    return e.slot().view().ports().stream()
        .filter(p -> p.tun() != null && e.monitor().holds(p.name()))
        .findFirst();
  }

  static Optional<Elsewhere> heldElsewhere(Evidence e) {
    return e.slot().elsewhere().stream()
        .filter(t -> e.monitor().holds(t.port().name()))
        .findFirst();
  }

  static boolean persistent(Port port) {
    return port.tun() != null && port.tun().persistent();
  }

  /// The monitor lives in another namespace than the one that has the slot's name.
  static boolean elsewhereThanSlot(Evidence e) {
    return e.monitor().alive()
        && e.monitor().namespace() != 0
        && e.slot().anchorBound()
        && e.monitor().namespace() != e.slot().inode();
  }

  static boolean unreadMonitor(Evidence e) {
    return e.unread().stream().anyMatch(u -> u.contains("/fdinfo"));
  }

  static int tapIndex(Evidence e) {
    return e.slot().tap().map(t -> t.link().index()).orElse(-1);
  }

  static boolean hasHostAddress(Evidence e) {
    return e.slot().view().addresses().stream()
        .anyMatch(a -> a.link() == tapIndex(e) && a.address().equals(Expected.HOST.address()));
  }

  static List<String> addresses(Evidence e) {
    return e.slot().view().addresses().stream()
        .filter(a -> a.link() == tapIndex(e))
        .map(a -> a.address().getHostAddress() + "/" + a.length())
        .toList();
  }

  static boolean covers(Route route) {
    int length = route.destination().length();
    int mask = length == 0 ? 0 : -1 << (32 - length);
    int guest = ByteBuffer.wrap(Expected.GUEST.getAddress()).getInt();
    int net = ByteBuffer.wrap(route.destination().address().getAddress()).getInt();
    return (guest & mask) == (net & mask);
  }

  /// A route for the guest that is not the tap's own and is chosen before it.
  static Optional<Route> diversion(Evidence e) {
    if (e.slot().view() == null || e.slot().tap().isEmpty()) return Optional.empty();
    int own = Expected.HOST.length();
    return e.slot().view().routes().stream()
        .filter(r -> r.table() != LOCAL && covers(r) && r.destination().length() >= own)
        .filter(r -> r.type() != UNICAST || r.gateway() != null || r.link() != tapIndex(e))
        .findFirst();
  }

  static Optional<Neighbour> neighbour(Evidence e) {
    if (e.slot().view() == null) return Optional.empty();
    return e.slot().view().neighbours().stream()
        .filter(n -> n.link() == tapIndex(e) && n.address().equals(Expected.GUEST))
        .findFirst();
  }

  static Optional<String> qdisc(Evidence e, Predicate<String> wanted) {
    if (e.slot().view() == null) return Optional.empty();
    return e.slot().view().qdiscs().stream()
        .filter(q -> q.link() == tapIndex(e) && wanted.test(q.kind()))
        .map(q -> q.kind())
        .findFirst();
  }

  static boolean hasWayOut(Evidence e) {
    return e.slot().view() != null
        && e.slot().view().ports().stream().anyMatch(p -> p.name().equals(Expected.WAY_OUT));
  }

  static String words(Port port) {
    return port.name()
        + (port.link().up() ? " up" : " DOWN")
        + (port.link().carrier() ? ", carrier 1" : ", carrier 0")
        + ", mac "
        + port.link().mac()
        + (persistent(port) ? ", persistent" : "");
  }

  static String health(Evidence e) {
    return e.probed()
        .map(p -> "/health in " + Math.round(p.healthMillis()) + " ms at best")
        .orElse("");
  }

  /// The first of the console's lines, counted from its end, that holds one of these texts.
  static Optional<String> console(Evidence e, String... texts) {
    return e.console().reversed().stream()
        .filter(l -> List.of(texts).stream().anyMatch(l::contains))
        .findFirst()
        .map(Facts::printable);
  }

  static String printable(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() > 200 ? plain.substring(0, 200) + "…" : plain;
  }

  static Optional<Ending> ended(Evidence e, String... reasons) {
    return Optional.ofNullable(e.ending())
        .filter(_ -> !e.monitor().alive())
        .filter(end -> List.of(reasons).contains(end.reason()));
  }

  /// Asked in every way over a cable that is whole up to the monitor, and nothing came back.
  static boolean silent(Evidence e) {
    return e.probed().map(p -> !p.guestAnswered()).orElse(false)
        && usableTap(e).filter(t -> t.link().carrier()).isPresent()
        && e.group().frozen().isEmpty()
        && e.monitor().state().matches("[RSD]")
        && qdisc(e, k -> !USUAL_QUEUES.contains(k)).isEmpty();
  }

  /// Whether the guest's processors stood still while it was asked.
  static boolean still(Evidence e) {
    return e.probed().map(p -> p.switches() <= STILL).orElse(false);
  }
}
