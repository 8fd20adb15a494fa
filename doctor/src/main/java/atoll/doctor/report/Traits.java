package atoll.doctor.report;

import atoll.doctor.evidence.Evidence;
import atoll.linux.net.NetworkView;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What two healthy sandboxes have in common: evidence without names, numbers and counters of its
/// own.
final class Traits {
  private Traits() {}

  static Map<String, String> of(Evidence e) {
    var t = new TreeMap<String, String>();
    t.put(
        "anchor",
        e.slot().anchorBound() ? "bound" : e.slot().anchorExists() ? "a plain file" : "missing");
    t.put("namespace.same", e.monitor().namespace() == e.slot().inode() ? "yes" : "no");
    if (e.slot().view() != null) network(e.slot().view(), t);
    e.slot().settings().forEach((name, value) -> t.put("setting " + name, value));
    t.put("filter.refusals", Integer.toString(e.slot().drops().size()));
    t.put("monitor.state", e.monitor().state().replaceAll("[RSD]", "runs"));
    t.put("monitor.taps", e.monitor().taps().values().toString());
    t.put("monitor.nice", Integer.toString(e.monitor().nice()));
    t.put("monitor.traced", e.monitor().tracer() > 0 ? "yes" : "no");
    t.put("group.own", Boolean.toString(e.group().own()));
    t.put("group.frozen", e.group().frozen().isEmpty() ? "no" : "yes");
    t.put("group.cpus", Double.toString(e.group().cpus()));
    t.put("group.memory", Long.toString(e.group().memoryLimit()));
    t.put("disk.overlay", e.disk().overlay() ? "there" : "missing");
    t.put("disk.base", e.disk().baseExists() ? "there" : "missing");
    t.put("host.node", e.host().nodePid() == 0 ? "none" : "runs");
    e.probed()
        .ifPresent(p -> {
          t.put("guest.arp", p.arpMac().isEmpty() ? "silent" : p.arpMac());
          t.put("guest.ping", p.ping() ? "answers" : "silent");
          t.put("agent.port", p.rawPort().isEmpty() ? "silent" : p.rawPort());
          t.put("agent.tcp", p.tcp());
          t.put("agent.health", Integer.toString(p.status()));
        });
    e.inside()
        .ifPresent(g -> {
          t.put("inside.cgroup2", Boolean.toString(g.cgroup2()));
          t.put("inside.readOnly", Boolean.toString(g.rootReadOnly()));
          t.put("inside.route", Boolean.toString(g.defaultRoute()));
          t.put("inside.loopback", Boolean.toString(g.loopbackUp()));
          t.put("inside.frozen", g.frozen().toString());
          t.put("inside.clock", Math.abs(g.clockAheadSeconds()) > 5 ? "wrong" : "right");
        });
    return t;
  }

  private static void network(NetworkView view, Map<String, String> t) {
    for (NetworkView.Port port : view.ports()) {
      String name = "link " + port.name() + " ";
      t.put(name + "up", Boolean.toString(port.link().up()));
      t.put(name + "carrier", Boolean.toString(port.link().carrier()));
      t.put(name + "mtu", Integer.toString(port.link().mtu()));
      t.put(name + "queue", Integer.toString(port.queue()));
      t.put(name + "flags", Integer.toHexString(port.link().flags() & 0x80));
      if (port.tun() != null) t.put(name + "mac", String.valueOf(port.link().mac()));
    }
    t.put(
        "addresses",
        view.addresses().stream()
            .map(a -> a.address().getHostAddress() + "/" + a.length())
            .sorted()
            .collect(Collectors.joining(" ")));
    t.put(
        "routes",
        view.routes().stream()
            .map(r -> r.destination() + " type " + r.type())
            .distinct()
            .sorted()
            .collect(Collectors.joining(" ")));
    t.put("rules", view.rules().toString());
    t.put(
        "neighbours",
        view.neighbours().stream()
            .map(n -> n.address().getHostAddress() + " " + n.mac())
            .sorted()
            .collect(Collectors.joining(" ")));
    t.put(
        "queues",
        view.qdiscs().stream()
            .map(NetworkView.Qdisc::kind)
            .distinct()
            .sorted()
            .collect(Collectors.joining(" ")));
  }
}
