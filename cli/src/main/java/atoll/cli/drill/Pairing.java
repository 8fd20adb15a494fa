package atoll.cli.drill;

import atoll.doctor.fault.Fault;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Which faults can be in one sandbox together, and in which order they must be brought about.
final class Pairing {
  /// They hide all others of their sandbox, end it, free its slot's name for other nodes of this
  /// host, or are in a template and so in every sandbox beside it.
  static final Set<String> ALONE =
      Set.of(
          "namespace.anchor_missing",
          "vmm.base_missing",
          "vmm.base_changed",
          "vmm.exited",
          "guest.stopped",
          "guest.panic",
          "namespace.recreated",
          "vmm.disk_lost",
          "vmm.folder_missing");

  /// Each takes away what the other needs: orders to the guest go through its agent, another
  /// program in its place has to be written, a tap has one name, a neighbour one entry, and a link
  /// that goes down forgets its neighbours.
  private static final List<Set<String>> ONE_OF =
      List.of(
          Set.of(
              "guest.read_only",
              "agent.not_listening",
              "agent.missing",
              "agent.unhealthy",
              "agent.stranger"),
          Set.of(
              "guest.nic_silent",
              "guest.ip_refused",
              "guest.wrong_mac",
              "guest.gateway_poisoned",
              "agent.hung",
              "agent.not_listening",
              "agent.missing",
              "agent.unhealthy",
              "agent.stranger"),
          Set.of("tap.missing", "tap.recreated", "tap.moved", "tap.renamed"),
          Set.of("namespace.neighbour_missing", "namespace.neighbour_poisoned"),
          Set.of("tap.down", "namespace.neighbour_poisoned"));

  /// What is named later here needs nothing that an earlier one takes away. An entry that ends with
  /// a dot stands for all of a layer that are not named themselves.
  private static final List<String> ORDER =
      List.of(
          "agent.restarting",
          "guest.",
          "guest.read_only",
          "guest.cgroup2_missing",
          "guest.gateway_poisoned",
          "guest.nic_silent",
          "guest.ip_refused",
          "guest.wrong_mac",
          "agent.",
          "namespace.neighbour_missing",
          "namespace.route_missing",
          "namespace.address_missing",
          "tap.",
          "namespace.",
          "tap.down",
          "tap.missing",
          "tap.recreated",
          "tap.moved",
          "tap.renamed",
          "namespace.anchor_plain",
          "vmm.",
          "vmm.overlay_missing",
          "vmm.ungrouped",
          "vmm.frozen",
          "vmm.stopped");

  private Pairing() {}

  /// Different pairs of what can be paired, drawn from a seed, each in the order of its injection.
  static List<List<Fault>> draw(List<Fault> of, int count, long seed) {
    List<Fault> pool = of.stream().filter(f -> !ALONE.contains(f.failure())).toList();
    var random = new Random(seed);
    var drawn = new LinkedHashSet<List<Fault>>();
    for (int tries = 0; drawn.size() < count && tries < count * 50; tries++)
      pair(pool.get(random.nextInt(pool.size())), pool.get(random.nextInt(pool.size())))
          .ifPresent(drawn::add);
    return List.copyOf(drawn);
  }

  /// Empty if the two cannot be in one sandbox together.
  static Optional<List<Fault>> pair(Fault a, Fault b) {
    boolean exclude =
        a.failure().equals(b.failure())
            || ONE_OF.stream().anyMatch(s -> s.contains(a.failure()) && s.contains(b.failure()));
    if (exclude) return Optional.empty();
    boolean swap =
        place(b) < place(a) || (place(a) == place(b) && b.failure().compareTo(a.failure()) < 0);
    return Optional.of(swap ? List.of(b, a) : List.of(a, b));
  }

  private static int place(Fault fault) {
    int own = ORDER.indexOf(fault.failure());
    return own >= 0
        ? own
        : ORDER.indexOf(fault.failure().substring(0, fault.failure().indexOf('.') + 1));
  }
}
