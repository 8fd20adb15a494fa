package atoll.node.network;

import atoll.linux.net.Cidr;
import atoll.linux.net.Mac;
import java.net.Inet4Address;

/// The addresses inside every slot: the same in each, so that a snapshot resumes in any of them.
public final class GuestNetwork {
  public static final String TAP = "tap0";

  /// The host's end of the cable, and the guest's gateway.
  public static final Cidr HOST = Cidr.parse("169.254.0.22/30");

  public static final Inet4Address GUEST = Inet4Address.ofLiteral("169.254.0.21");

  /// Fixed, since a resumed guest remembers its gateway's address.
  public static final Mac HOST_MAC = Mac.parse("02:FC:00:00:00:06");

  public static final Mac GUEST_MAC = Mac.parse("02:FC:00:00:00:05");

  private GuestNetwork() {}
}
