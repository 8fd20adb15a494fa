package atoll.doctor.evidence;

import atoll.linux.net.NetworkView;
import atoll.linux.net.NetworkView.Port;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A slot's namespace as the kernel shows it.
///
/// @param anchorExists whether there is a file under the slot's name
/// @param anchorBound whether a namespace is bound to it, or it is a plain file
/// @param inode of the bound namespace, 0 if none
/// @param view null if nothing could be entered
/// @param viaMonitor true if the anchor led nowhere and the monitor's own namespace was read
///   instead
/// @param routeToGuest empty if the kernel refuses to send there
/// @param settings of `/proc/sys/net` inside
/// @param drops rules of packet filters inside that refuse packets, as nft words them
/// @param place in a shared network; null without
public record SlotFacts(
    boolean anchorExists,
    boolean anchorBound,
    long inode,
    NetworkView view,
    boolean viaMonitor,
    Optional<NetworkView.Route> routeToGuest,
    Map<String, String> settings,
    List<FilterRule> drops,
    List<Elsewhere> elsewhere,
    SeatFacts place) {
  /// A tap of the slot's name in another namespace.
  public record Elsewhere(String where, long inode, Port port) {}

  /// A rule that refuses packets.
  ///
  /// @param packets that it refused so far, -1 if it does not count
  public record FilterRule(String family, String table, String chain, String text, long packets) {
    /// Tables of the node's own are named after it.
    public boolean ours() {
      return table.startsWith("atoll");
    }
  }

  public SlotFacts {
    settings = Map.copyOf(settings);
    drops = List.copyOf(drops);
    elsewhere = List.copyOf(elsewhere);
  }

  public Optional<SeatFacts> seat() {
    return Optional.ofNullable(place);
  }

  public Optional<Port> tap() {
    return view == null ? Optional.empty() : view.port(Expected.TAP);
  }
}
