package atoll.node.network;

import atoll.linux.net.NetworkView;
import atoll.linux.net.NetworkView.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/// What a slot's namespace looks like by rtnetlink, as sentences that can be compared: at its birth
/// and when it comes back.
///
/// Left out is what changes by itself: carrier, counters, what was learned of neighbours, a cable's
/// random MAC, the queue that the kernel gives a link once it carries something.
record SlotShape(Set<String> sentences) {
  private static final int NUD_PERMANENT = 0x80; // rtnetlink(7)
  private static final Path DEFAULT_QUEUE = Path.of("/proc/sys/net/core/default_qdisc");
  private static final Set<String> USUAL_QUEUES = Set.of("noop", "noqueue", "pfifo_fast", "mq");

  SlotShape {
    sentences = Set.copyOf(sentences);
  }

  static SlotShape of(NetworkView view) throws IOException {
    return of(view, Files.readString(DEFAULT_QUEUE).strip());
  }

  static SlotShape of(NetworkView view, String defaultQueue) {
    IntFunction<String> name = index -> name(view, index);
    var all = new TreeSet<String>();
    view.ports().forEach(p -> all.add(link(p, name)));
    view.addresses()
        .forEach(a ->
            all.add(
                "address "
                    + a.address().getHostAddress()
                    + "/"
                    + a.length()
                    + " on "
                    + name.apply(a.link())));
    view.routes()
        .forEach(r ->
            all.add(
                "route to "
                    + r.destination()
                    + ", type "
                    + r.type()
                    + ", table "
                    + r.table()
                    + ", by "
                    + name.apply(r.link())
                    + via(r)));
    view.neighbours().stream()
        .filter(n -> (n.state() & NUD_PERMANENT) != 0)
        .forEach(n ->
            all.add(
                "neighbour "
                    + n.address().getHostAddress()
                    + " is "
                    + n.mac()
                    + " on "
                    + name.apply(n.link())));
    view.qdiscs().stream()
        .filter(q -> !USUAL_QUEUES.contains(q.kind()) && !q.kind().equals(defaultQueue))
        .forEach(q -> all.add("queue " + q.kind() + " on " + name.apply(q.link())));
    view.rules().forEach(r -> all.add("routing rule " + r.priority() + ", action " + r.action()));
    return new SlotShape(all);
  }

  private static String via(NetworkView.Route route) {
    return route.gateway() == null ? "" : " via " + route.gateway().getHostAddress();
  }

  private static String link(Port port, IntFunction<String> name) {
    boolean cable = port.kind().equals("veth");
    return "link "
        + port.name()
        + " "
        + port.kind()
        + (port.link().up() ? " up" : " down")
        + (cable ? "" : " MAC " + port.link().mac())
        + " MTU "
        + port.link().mtu()
        + " queue "
        + port.queue()
        + " master "
        + name.apply(port.master())
        + " "
        + port.tun();
  }

  private static String name(NetworkView view, int index) {
    return view.ports().stream()
        .filter(p -> p.link().index() == index)
        .findFirst()
        .map(Port::name)
        .orElse("none");
  }

  /// How `now` differs from this, the first three things of it; empty if it does not.
  Optional<String> difference(SlotShape now) {
    var all = new ArrayList<String>();
    now.sentences.stream()
        .filter(s -> !sentences.contains(s))
        .map(s -> "new: " + s)
        .forEach(all::add);
    sentences.stream()
        .filter(s -> !now.sentences.contains(s))
        .map(s -> "gone: " + s)
        .forEach(all::add);
    if (all.isEmpty()) return Optional.empty();
    List<String> first = all.stream().sorted().limit(3).toList();
    return Optional.of(String.join("; ", first));
  }
}
