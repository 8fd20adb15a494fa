package atoll.node.egress;

import atoll.core.Refusal;
import atoll.linux.net.Cidr;
import atoll.protocol.network.AddressRange;
import java.net.Inet4Address;

/// The addresses of all cables between slots and host: a pair of two for each slot, even the host's
/// end, odd the slot's. A `/16` holds 32768 pairs, one for each slot's number.
///
/// They are seen by the host alone, so a host whose own networks overlap needs another range.
public record SlotRange(Cidr network) {
  private static final int LENGTH = 16;

  /// Rarely used inside companies, and not by container engines.
  public static final SlotRange USUAL = new SlotRange(Cidr.parse("10.213.0.0/16"));

  public SlotRange {
    if (network.length() != LENGTH || range(network).first() != first(network))
      throw new IllegalArgumentException("the range of slots is a /16, not " + network);
  }

  /// @throws Refusal.Invalid if it is no /16
  public static SlotRange parse(String text) {
    try {
      return new SlotRange(Cidr.parse(text));
    } catch (IllegalArgumentException e) {
      throw new Refusal.Invalid(
          "slot_range_invalid",
          "ATOLL_SLOT_RANGE '" + text + "': " + e.getMessage() + "; such as 10.214.0.0/16");
    }
  }

  private static AddressRange range(Cidr network) {
    return AddressRange.parse(network.toString());
  }

  private static long first(Cidr network) {
    return AddressRange.parse(network.address().getHostAddress()).first();
  }

  /// The host's end of this slot's cable.
  Inet4Address host(int index) {
    return at(2L * index);
  }

  /// The slot's end.
  Inet4Address slot(int index) {
    return at(2L * index + 1);
  }

  private Inet4Address at(long offset) {
    return Inet4Address.ofLiteral(AddressRange.dotted(first(network) + offset));
  }

  AddressRange addresses() {
    return range(network);
  }
}
