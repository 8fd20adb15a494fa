package atoll.doctor.evidence;

import atoll.linux.net.Cidr;
import atoll.linux.net.Mac;
import java.net.Inet4Address;
import java.nio.file.Path;

/// How every sandbox of a node looks from outside. The node has its own source of these; a test
/// holds the two together, since diagnosis must work without the patient.
public final class Expected {
  public static final Path ANCHORS = Path.of("/run/netns");
  public static final String SLOT_PREFIX = "atoll-";
  public static final String TAP = "tap0";
  public static final Cidr HOST = Cidr.parse("169.254.0.22/30");
  public static final Inet4Address GUEST = Inet4Address.ofLiteral("169.254.0.21");
  public static final Mac HOST_MAC = Mac.parse("02:FC:00:00:00:06");
  public static final Mac GUEST_MAC = Mac.parse("02:FC:00:00:00:05");

  /// The slot's end of its way out; a port in a shared network is another cable.
  public static final String WAY_OUT = "eth0";

  /// The slot's end of its cable into a shared network, and the table of the rules that join it.
  public static final String SEAT = "net0";

  public static final String SEAT_RULES = "atoll_shared";

  public static final int MTU = 1500;
  public static final int AGENT_PORT = 49983;

  /// A monitor runs as this plus its slot's number, so the owner of its folder names the slot.
  public static final int FIRST_UID = 70_000;

  private Expected() {}

  /// The host's end of the cable of a slot into a shared network.
  public static String seatPort(int slot) {
    return "atollp" + slot;
  }

  public static Path anchor(int slot) {
    return ANCHORS.resolve(SLOT_PREFIX + slot);
  }
}
