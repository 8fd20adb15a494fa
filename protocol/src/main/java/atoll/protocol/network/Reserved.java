package atoll.protocol.network;

import java.net.Inet4Address;
import java.util.List;
import java.util.stream.Stream;

/// Addresses that no sandbox reaches, whatever its policy says.
///
/// Private and shared networks, so that nobody looks around inside; link-local and the platform
/// addresses of cloud providers, whose metadata hold credentials; what is no single host. Source:
/// IANA's special-purpose registry (RFC 6890); 168.63.129.16 is Azure's.
public final class Reserved {
  public static final List<AddressRange> RANGES =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "168.63.129.16",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "224.0.0.0/4",
              "240.0.0.0/4")
          .map(AddressRange::parse)
          .toList();

  private Reserved() {}

  public static boolean contains(Inet4Address address) {
    return RANGES.stream().anyMatch(range -> range.contains(address));
  }
}
