package atoll.node.shared;

import atoll.core.Refusal;
import atoll.linux.net.Cidr;
import atoll.linux.net.Mac;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.NetworkName;
import java.net.Inet4Address;

/// A network that several sandboxes share: every name and address in it, from two numbers.
///
/// @param index of the bridge, unique on this host while it exists
/// @param mark of the home, 24 bits: tells its bridges from other homes'
record SharedNetwork(NetworkName name, AddressRange subnet, int index, int mark) {
  static final String BRIDGE_PREFIX = "atollb";
  static final String PORT_PREFIX = "atollp";
  static final int MOST_INDEX = 255;
  private static final int SHORTEST = 16; // two bytes of a MAC hold every seat's number
  private static final int LONGEST = 28;
  private static final int FIRST_SEAT = 2;

  /// The highest numbers are for trials, and for the broadcast address.
  private static final int KEPT_AT_THE_END = 3;

  private static final long BRIDGE_MAC = 0x02_A7_00_00_00_00L;
  private static final long SEAT_MAC = 0x02_A8_00_00_00_00L;
  private static final long PORT_MAC = 0x02_A9_00_00_00_00L;

  SharedNetwork {
    if (index < 0 || index > MOST_INDEX || mark >>> 24 != 0)
      throw new IllegalArgumentException("bridge " + index + ", mark " + mark);
  }

  /// Reads what a user asks for.
  ///
  /// @throws Refusal.Invalid saying what is wrong with it
  static AddressRange subnet(String text) {
    try {
      AddressRange range = AddressRange.parse(text);
      if (!range.toString().equals(text))
        throw new IllegalArgumentException("bits are set behind the prefix; perhaps " + range);
      if (range.length() < SHORTEST || range.length() > LONGEST)
        throw new IllegalArgumentException(
            "the prefix has " + SHORTEST + " to " + LONGEST + " bits");
      return range;
    } catch (IllegalArgumentException e) {
      throw new Refusal.Invalid(
          "subnet_invalid",
          "subnet '" + text + "': " + e.getMessage() + "; such as 192.168.100.0/24");
    }
  }

  String bridge() {
    return BRIDGE_PREFIX + index;
  }

  /// The bridge's own, whatever its ports have.
  Mac mac() {
    return new Mac(BRIDGE_MAC | (long) mark << 8 | index);
  }

  /// Whether a bridge with this address is of the home with this mark.
  static boolean isOf(int mark, Mac mac) {
    return mac != null && mac.bits() >>> 8 == (BRIDGE_MAC >>> 8 | mark);
  }

  /// The host in it.
  Cidr gateway() {
    return address(1);
  }

  int firstSeat() {
    return FIRST_SEAT;
  }

  int lastSeat() {
    return (int) (subnet.last() - subnet.first()) - KEPT_AT_THE_END;
  }

  /// Two numbers that no sandbox ever has.
  int trialSeat(int which) {
    return lastSeat() + 1 + which;
  }

  Cidr address(int seat) {
    return new Cidr(
        Inet4Address.ofLiteral(AddressRange.dotted(subnet.first() + seat)), subnet.length());
  }

  String broadcast() {
    return AddressRange.dotted(subnet.last());
  }

  /// Always the same for an address, so that nobody's memory of neighbours can be wrong when
  /// another sandbox gets it.
  Mac seatMac(int seat) {
    return new Mac(SEAT_MAC | (long) index << 16 | seat);
  }

  /// Of the host's end of the cable.
  Mac portMac(int seat) {
    return new Mac(PORT_MAC | (long) index << 16 | seat);
  }

  @Override
  public String toString() {
    return "network " + name + " (" + bridge() + ", " + subnet + ")";
  }
}
