package atoll.node.ledger;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// A sandbox that an earlier node process left running, with its entries in the ledger.
///
/// Everything else that was left is swept, these are taken over. A tenancy whose parts are not all
/// in the ledger was about to end and is none.
///
/// @param port in a shared network, for one that has a seat there
public record Survivor(
    Ledger.Entry tenancy,
    Ledger.Entry monitor,
    Ledger.Entry directory,
    Ledger.Entry group,
    Ledger.Entry namespace,
    Ledger.Entry policy,
    Optional<Ledger.Entry> port) {

  /// What an earlier process left, in two parts.
  ///
  /// @param survivors may be taken over
  /// @param lost sandboxes that ended while no node watched them; their entries are among the
  ///   strays
  /// @param strays are to be swept. Not among them are the way out and bridges, which survivors
  ///   use: whoever opens slots and shared networks takes them over
  public record Sorted(
      List<Survivor> survivors, List<HostObject.Tenancy> lost, List<Ledger.Entry> strays) {}

  /// Sorts what was left; `lives` asks the host whether a sandbox's monitor and namespace are still
  /// there.
  public static Sorted sort(List<Ledger.Entry> left, Predicate<Survivor> lives) {
    var survivors = new ArrayList<Survivor>();
    var lost = new ArrayList<HostObject.Tenancy>();
    Set<Long> kept = new HashSet<>();
    for (Ledger.Entry entry : left) {
      if (!(entry.object() instanceof HostObject.Tenancy tenancy)) continue;
      Optional<Survivor> survivor = of(entry, tenancy, left).filter(lives);
      survivor.ifPresentOrElse(survivors::add, () -> lost.add(tenancy));
      survivor.ifPresent(s -> s.entries().forEach(e -> kept.add(e.number())));
    }
    List<Ledger.Entry> strays =
        left.stream().filter(e -> !kept.contains(e.number()) && !isShared(e.object())).toList();
    return new Sorted(List.copyOf(survivors), List.copyOf(lost), strays);
  }

  private static boolean isShared(HostObject object) {
    return object instanceof HostObject.WayOut || object instanceof HostObject.Bridge;
  }

  private static Optional<Survivor> of(
      Ledger.Entry entry, HostObject.Tenancy tenancy, List<Ledger.Entry> left) {
    Optional<Ledger.Entry> monitor =
        first(left, o -> o instanceof HostObject.Monitor m && m.name().equals(tenancy.name()));
    if (monitor.isEmpty()) return Optional.empty();
    var process = (HostObject.Monitor) monitor.get().object();
    Optional<Ledger.Entry> directory =
        first(left, o -> o instanceof HostObject.Directory d && d.path().equals(process.jail()));
    Optional<Ledger.Entry> group =
        first(left, o -> o instanceof HostObject.Group g && g.name().equals(tenancy.group()));
    Optional<Ledger.Entry> namespace =
        first(
            left, o -> o instanceof HostObject.Namespace n && n.anchor().equals(tenancy.anchor()));
    Optional<Ledger.Entry> policy =
        first(
            left,
            o ->
                o instanceof HostObject.Directory d
                    && d.path().endsWith(Path.of("egress", tenancy.name())));
    if (directory.isEmpty() || group.isEmpty() || namespace.isEmpty() || policy.isEmpty())
      return Optional.empty();
    return Optional.of(
        new Survivor(
            entry,
            monitor.get(),
            directory.get(),
            group.get(),
            namespace.get(),
            policy.get(),
            first(
                left, o -> o instanceof HostObject.Port p && p.anchor().equals(tenancy.anchor()))));
  }

  private static Optional<Ledger.Entry> first(
      List<Ledger.Entry> left, Predicate<HostObject> wanted) {
    return left.stream().filter(e -> wanted.test(e.object())).findFirst();
  }

  public HostObject.Tenancy sandbox() {
    return (HostObject.Tenancy) tenancy.object();
  }

  public HostObject.Monitor process() {
    return (HostObject.Monitor) monitor.object();
  }

  /// Tenancy first, as they must go.
  public List<Ledger.Entry> entries() {
    var all = new ArrayList<>(List.of(tenancy, monitor, group));
    port.ifPresent(all::add);
    all.addAll(List.of(namespace, directory, policy));
    return List.copyOf(all);
  }
}
