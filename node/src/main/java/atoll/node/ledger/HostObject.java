package atoll.node.ledger;

import atoll.core.SandboxId;
import atoll.core.Timeline;
import atoll.protocol.network.NetworkName;
import java.nio.file.Path;
import java.time.Instant;

/// Something that this node makes on its host and must take away again.
///
/// Each names its object so that a later process, which knows nothing else, can find it and tell it
/// from a stranger's.
public sealed interface HostObject {
  /// A monitor process. `pid` is 0 until it is known; until then it is found by its arguments.
  ///
  /// @param jail the folder it lives in, which stands in its arguments and in no other monitor's
  /// @param startTicks start time in clock ticks since boot, field 22 of proc(5) stat: a reused pid
  ///   has another one
  record Monitor(String name, Path jail, long pid, long startTicks) implements HostObject {}

  /// A network namespace bound to a file, whose name was claimed before. Devices inside go with it.
  record Namespace(Path anchor) implements HostObject {}

  /// The host's part of sandboxes' way out: a table of packet rules and a blackhole route.
  ///
  /// @param range the addresses that the route covers, a CIDR
  record WayOut(String table, String range, int metric) implements HostObject {}

  /// The bridge of a shared network.
  ///
  /// @param mac tells it from another home's bridge of the same name
  record Bridge(String link, String mac) implements HostObject {}

  /// A sandbox's port of a bridge, by the host's end of its cable. With it goes the other end, and
  /// it goes with the namespace where that end is.
  ///
  /// @param mac of the host's end
  /// @param anchor of the namespace where the other end is
  /// @param seat the sandbox's number in the network
  record Port(String link, String mac, Path anchor, NetworkName network, int seat)
      implements HostObject {}

  /// A control group of one sandbox, by the name under this node's parent group.
  record Group(String name) implements HostObject {}

  /// A folder with everything in it; always inside the node's home.
  record Directory(Path path) implements HostObject {}

  /// A single file; always inside the node's home.
  record PlainFile(Path path) implements HostObject {}

  /// A sandbox that passed its launch gate, with what a later process must know to take it over.
  /// Nothing on the host by itself: its monitor, folder, group and namespace have entries of their
  /// own.
  ///
  /// @param name of its monitor
  /// @param run differs for each monitor of a sandbox
  /// @param template id, not name
  /// @param timeline of its start
  record Tenancy(
      SandboxId sandbox,
      long run,
      String name,
      String group,
      Path anchor,
      String template,
      String agentVersion,
      Instant readyAt,
      Timeline timeline)
      implements HostObject {}

  /// Whether a restart of the host takes it away.
  default boolean endsWithBoot() {
    return switch (this) {
      case Monitor _, Namespace _, Group _, Tenancy _, WayOut _, Bridge _, Port _ -> true;
      case Directory _, PlainFile _ -> false;
    };
  }

  /// How people read it in a report.
  default String describe() {
    return switch (this) {
      case Monitor m -> "monitor " + m.name() + (m.pid() > 0 ? " (pid " + m.pid() + ")" : "");
      case Namespace n -> "namespace " + n.anchor();
      case WayOut w -> "rules " + w.table() + " and route " + w.range();
      case Bridge b -> "bridge " + b.link();
      case Port p -> "port " + p.link() + " of network " + p.network();
      case Group g -> "control group " + g.name();
      case Directory d -> "directory " + d.path();
      case PlainFile f -> "file " + f.path();
      case Tenancy t -> "sandbox " + t.sandbox();
    };
  }
}
