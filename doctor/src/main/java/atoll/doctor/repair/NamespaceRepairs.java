package atoll.doctor.repair;

import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.SeatFacts;
import atoll.doctor.evidence.SlotFacts.FilterRule;
import atoll.linux.kernel.Mount;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView.Address;
import atoll.linux.net.NetworkView.Route;
import atoll.linux.net.NetworkView.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/// Puts a slot's namespace back into the shape in which the node made it.
final class NamespaceRepairs {
  private static final int UNICAST = 1;
  private static final int LOCAL_TABLE = 255;

  private NamespaceRepairs() {}

  static Map<String, Repair> all() {
    var all = new HashMap<String, Repair>();
    all.put("host.forwarding_off", p -> p.host("sysctl", "-qw", "net.ipv4.ip_forward=1"));
    all.put(
        "host.node_stopped",
        p -> p.host("kill", "-CONT", Long.toString(p.seen().host().nodePid())));
    all.put("host.anchors_private", p -> Mount.makeShared(Expected.ANCHORS));
    all.put("veth.port_cut", NamespaceRepairs::connect);
    all.put("namespace.anchor_missing", NamespaceRepairs::bind);
    all.put("namespace.anchor_plain", NamespaceRepairs::bind);
    all.put("namespace.loopback_down", p -> p.inside("ip", "link", "set", "lo", "up"));
    all.put("namespace.address_missing", Patient::furnish);
    all.put("namespace.address_taken", NamespaceRepairs::giveUpAddress);
    all.put("namespace.route_missing", NamespaceRepairs::route);
    all.put("namespace.route_diverted", NamespaceRepairs::straighten);
    all.put("namespace.routing_rule", NamespaceRepairs::removeRules);
    all.put("namespace.neighbour_poisoned", Patient::pinNeighbour);
    all.put("namespace.neighbour_missing", Patient::pinNeighbour);
    all.put("namespace.firewall", NamespaceRepairs::removeTables);
    all.put(
        "namespace.traffic_shaped",
        p -> p.inside("tc", "qdisc", "del", "dev", Expected.TAP, "root"));
    all.put("namespace.traffic_filtered", NamespaceRepairs::unhook);
    all.put("namespace.arp_ignored", NamespaceRepairs::answerArp);
    return all;
  }

  /// Which bridge a loose port was at, only its node knows.
  private static void connect(Patient p) throws IOException {
    SeatFacts seat = p.seen().slot().seat().orElseThrow(() -> new IOException("it has no port"));
    if (seat.inner().isEmpty() || seat.bridge().isEmpty()) throw new IOException(seat.cut());
    p.inside("ip", "link", "set", Expected.SEAT, "up");
    p.host("ip", "link", "set", seat.outer().orElseThrow().name(), "up");
    p.host("ip", "link", "set", seat.bridge().get().name(), "up");
  }

  /// The name leads to where the monitor lives again.
  private static void bind(Patient p) throws IOException {
    Path anchor = p.seen().subject().anchor();
    if (!p.seen().slot().anchorExists())
      Files.createFile(anchor); // fails if another node has taken the name meanwhile
    if (Netns.isBound(anchor)) throw new IOException(anchor + " leads to another namespace now");
    Mount.bind(Path.of("/proc", Long.toString(p.pid()), "ns/net"), anchor);
  }

  private static void giveUpAddress(Patient p) throws IOException {
    for (Address a : p.seen().slot().view().addresses()) {
      if (!a.address().equals(Expected.GUEST)) continue;
      p.inside(
          "ip",
          "addr",
          "del",
          Expected.GUEST.getHostAddress() + "/" + a.length(),
          "dev",
          link(p, a.link()));
    }
  }

  private static String link(Patient p, int index) throws IOException {
    return p.seen().slot().view().ports().stream()
        .filter(port -> port.link().index() == index)
        .map(port -> port.name())
        .findFirst()
        .orElseThrow(() -> new IOException("link " + index + " is gone"));
  }

  private static void route(Patient p) throws IOException {
    p.inside(
        "ip",
        "route",
        "replace",
        "169.254.0.20/30",
        "dev",
        Expected.TAP,
        "proto",
        "kernel",
        "scope",
        "link",
        "src",
        Expected.HOST.address().getHostAddress());
  }

  private static void straighten(Patient p) throws IOException {
    int tap = p.seen().slot().tap().map(t -> t.link().index()).orElse(-1);
    for (Route r : p.seen().slot().view().routes()) {
      boolean special =
          r.table() != LOCAL_TABLE
              && r.destination().length() >= Expected.HOST.length()
              && (r.type() != UNICAST || r.gateway() != null || r.link() != tap);
      if (special)
        p.inside(
            "ip",
            "route",
            "del",
            type(r.type()),
            r.destination().toString(),
            "table",
            Integer.toString(r.table()));
    }
    route(p);
  }

  private static String type(int type) {
    return switch (type) {
      case 6 -> "blackhole";
      case 7 -> "unreachable";
      case 8 -> "prohibit";
      default -> "unicast";
    };
  }

  private static void removeRules(Patient p) throws IOException {
    for (Rule rule : p.seen().slot().view().rules())
      p.inside("ip", "rule", "del", "pref", Integer.toString(rule.priority()));
  }

  private static void removeTables(Patient p) throws IOException {
    var tables = new LinkedHashSet<String>();
    for (FilterRule r : p.seen().slot().drops())
      if (!r.ours()) tables.add(r.family() + " " + r.table());
    for (String table : tables)
      p.inside("nft", "delete", "table", table.split(" ", 2)[0], table.split(" ", 2)[1]);
  }

  /// ingress and clsact stand beside the queue, under names of their own.
  private static void unhook(Patient p) throws IOException {
    boolean clsact =
        p.seen().slot().view().qdiscs().stream().anyMatch(q -> q.kind().equals("clsact"));
    p.inside("tc", "qdisc", "del", "dev", Expected.TAP, clsact ? "clsact" : "ingress");
  }

  private static void answerArp(Patient p) throws IOException {
    for (String scope : new String[] {"all", Expected.TAP})
      p.inside("sysctl", "-qw", "net.ipv4.conf." + scope + ".arp_ignore=0");
  }
}
