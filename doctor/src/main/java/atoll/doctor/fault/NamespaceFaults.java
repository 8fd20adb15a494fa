package atoll.doctor.fault;

import atoll.doctor.evidence.Expected;
import atoll.doctor.repair.Patient;
import atoll.linux.kernel.Mount;
import atoll.linux.net.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Faults of the slot's namespace.
final class NamespaceFaults {
  private static final String TAP = Expected.TAP;
  private static final String GUEST = Expected.GUEST.getHostAddress();

  static final String OF_SHARED_NETWORKS = "veth.port_cut";

  private NamespaceFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault(OF_SHARED_NETWORKS, p -> port(p, "down"), p -> port(p, "up")),
        new Fault("namespace.anchor_missing", NamespaceFaults::unname, NamespaceFaults::name),
        new Fault(
            "namespace.anchor_plain",
            p -> Mount.detach(p.seen().subject().anchor()),
            NamespaceFaults::name),
        new Fault("namespace.recreated", NamespaceFaults::recreate, NamespaceFaults::restoreName),
        new Fault(
            "namespace.loopback_down",
            p -> p.inside("ip", "link", "set", "lo", "down"),
            p -> p.inside("ip", "link", "set", "lo", "up")),
        new Fault(
            "namespace.address_missing",
            p -> p.inside("ip", "addr", "del", Expected.HOST.toString(), "dev", TAP),
            Patient::furnish),
        new Fault(
            "namespace.address_taken",
            p -> p.inside("ip", "addr", "add", GUEST + "/32", "dev", "lo"),
            p -> p.inside("ip", "addr", "del", GUEST + "/32", "dev", "lo")),
        new Fault(
            "namespace.route_missing",
            p -> p.inside("ip", "route", "del", "169.254.0.20/30"),
            NamespaceFaults::route),
        new Fault(
            "namespace.route_diverted",
            p -> p.inside("ip", "route", "add", "blackhole", GUEST + "/32"),
            p -> p.inside("ip", "route", "del", "blackhole", GUEST + "/32")),
        new Fault(
            "namespace.routing_rule",
            p -> p.inside("ip", "rule", "add", "pref", "100", "to", GUEST, "blackhole"),
            p -> p.inside("ip", "rule", "del", "pref", "100")),
        new Fault("namespace.neighbour_poisoned", NamespaceFaults::poison, Patient::pinNeighbour),
        new Fault(
            "namespace.neighbour_missing",
            p -> p.inside("ip", "neigh", "del", GUEST, "dev", TAP),
            Patient::pinNeighbour),
        new Fault("namespace.firewall", NamespaceFaults::refuse, NamespaceFaults::allow),
        new Fault(
            "namespace.traffic_shaped",
            p ->
                p.inside(
                    "tc", "qdisc", "add", "dev", TAP, "root", "tbf", "rate", "8kbit", "burst",
                    "2000", "latency", "4s"),
            p -> p.inside("tc", "qdisc", "del", "dev", TAP, "root")),
        new Fault(
            "namespace.arp_ignored",
            p -> p.inside("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=8"),
            p -> p.inside("sysctl", "-qw", "net.ipv4.conf.all.arp_ignore=0")));
  }

  private static void port(Patient p, String state) throws IOException {
    if (p.seen().slot().seat().isEmpty()) throw new IOException("it is in no shared network");
    p.host("ip", "link", "set", Expected.seatPort(p.seen().subject().slot()), state);
  }

  private static void unname(Patient p) throws IOException {
    Netns.delete(p.seen().subject().anchor());
  }

  private static void name(Patient p) throws IOException {
    Path anchor = p.seen().subject().anchor();
    if (!Files.exists(anchor)) Files.createFile(anchor);
    if (!Netns.isBound(anchor))
      Mount.bind(Path.of("/proc", Long.toString(p.pid()), "ns/net"), anchor);
  }

  private static void recreate(Patient p) throws IOException {
    Path anchor = p.seen().subject().anchor();
    Netns.delete(anchor);
    p.host("ip", "netns", "add", anchor.getFileName().toString());
    p.inside(anchor, "ip", "tuntap", "add", TAP, "mode", "tap");
    p.inside(anchor, "ip", "addr", "add", Expected.HOST.toString(), "dev", TAP);
    p.inside(anchor, "ip", "link", "set", TAP, "up");
  }

  private static void restoreName(Patient p) throws IOException {
    Netns.delete(p.seen().subject().anchor());
    name(p);
  }

  private static void route(Patient p) throws IOException {
    p.inside(
        "ip",
        "route",
        "replace",
        "169.254.0.20/30",
        "dev",
        TAP,
        "proto",
        "kernel",
        "scope",
        "link",
        "src",
        Expected.HOST.address().getHostAddress());
  }

  private static void poison(Patient p) throws IOException {
    p.inside(
        "ip",
        "neigh",
        "replace",
        GUEST,
        "lladdr",
        "02:de:ad:00:00:01",
        "dev",
        TAP,
        "nud",
        "permanent");
  }

  private static void refuse(Patient p) throws IOException {
    p.inside("nft", "add", "table", "inet", "blocker");
    p.inside("nft", "add chain inet blocker in { type filter hook input priority 0; }");
    p.inside("nft", "add", "rule", "inet", "blocker", "in", "iifname", TAP, "counter", "drop");
  }

  private static void allow(Patient p) throws IOException {
    p.inside("nft", "delete", "table", "inet", "blocker");
  }
}
