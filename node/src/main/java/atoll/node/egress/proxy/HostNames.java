package atoll.node.egress.proxy;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/// Finds the addresses of a host name.
@FunctionalInterface
public interface HostNames {
  /// The node's own resolver, as its host is configured.
  HostNames SYSTEM =
      name ->
          Arrays.stream(InetAddress.getAllByName(name))
              .filter(Inet4Address.class::isInstance)
              .map(Inet4Address.class::cast)
              .toList();

  /// IPv4 addresses alone; may block for seconds.
  List<Inet4Address> addresses(String name) throws IOException;
}
