package atoll.node.network;

import atoll.linux.net.Cidr;
import atoll.linux.net.Netns;
import java.net.Inet4Address;
import java.nio.file.Path;

/// The network of one sandbox: a namespace with one persistent tap in it, reachable from nowhere
/// else.
///
/// @param index unique on this host while the slot exists
/// @param netns bound at `atoll-<index>`; its descriptor belongs to the slot's pool
/// @param tap name of the tap inside
/// @param host address of the tap, the guest's gateway
/// @param guest dialled only by sockets made inside
public record Slot(int index, Netns netns, String tap, Cidr host, Inet4Address guest) {
  static final String PREFIX = "atoll-";

  Slot(int index, Netns netns) {
    this(index, netns, GuestNetwork.TAP, GuestNetwork.HOST, GuestNetwork.GUEST);
  }

  /// Where a slot of this index is bound. At most 15 bytes of name, as for an interface.
  static Path anchor(Path directory, int index) {
    return directory.resolve(PREFIX + index);
  }

  @Override
  public String toString() {
    return PREFIX + index;
  }
}
