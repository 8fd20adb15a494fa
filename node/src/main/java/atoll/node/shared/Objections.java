package atoll.node.shared;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView;
import atoll.linux.net.Survey;
import atoll.node.egress.ForeignRules;
import atoll.node.egress.HostNetwork;
import atoll.protocol.network.AddressRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Why a host cannot carry a shared network: read before it is made, and to explain what a [Trial]
/// felt.
final class Objections {
  private static final int UNICAST = 1;
  private static final Path BRIDGED_IPV4 = Path.of("/proc/sys/net/bridge/bridge-nf-call-iptables");
  private static final Path BRIDGED_ARP = Path.of("/proc/sys/net/bridge/bridge-nf-call-arptables");

  private final HostNetwork host;

  Objections(HostNetwork host) {
    this.host = host;
  }

  /// Which address or route of the host shares addresses with `subnet`, but for the bridge's own.
  Optional<String> overlap(AddressRange subnet, String bridge) throws IOException {
    NetworkView view =
        host.inside(() -> {
          try (Survey survey = Survey.open()) {
            return survey.read();
          }
        });
    return overlap(view, subnet, bridge);
  }

  static Optional<String> overlap(NetworkView view, AddressRange subnet, String bridge) {
    int own = view.port(bridge).map(p -> p.link().index()).orElse(-1);
    for (NetworkView.Address each : view.addresses())
      if (each.link() != own && overlaps(subnet, range(each.address().getHostAddress(), 32)))
        return Optional.of("the host has the address " + each.address().getHostAddress());
    for (NetworkView.Route each : view.routes()) {
      if (each.destination() == null || each.destination().length() == 0) continue;
      AddressRange to =
          range(each.destination().address().getHostAddress(), each.destination().length());
      if (each.link() == own && each.link() != 0) continue;
      if (overlaps(subnet, to))
        return Optional.of(
            "the host has a " + (each.type() == UNICAST ? "" : "special ") + "route to " + to);
    }
    return Optional.empty();
  }

  private static AddressRange range(String address, int length) {
    return new AddressRange(AddressRange.parse(address).first(), length);
  }

  static boolean overlaps(AddressRange a, AddressRange b) {
    return a.first() <= b.last() && b.first() <= a.last();
  }

  /// The setting that sends bridged packets through rules meant for routed ones; empty where none
  /// is on.
  String bridgeFilter() throws IOException {
    if (host.setting(BRIDGED_IPV4).equals("1")) return "net.bridge.bridge-nf-call-iptables";
    if (host.setting(BRIDGED_ARP).equals("1")) return "net.bridge.bridge-nf-call-arptables";
    return "";
  }

  /// Why `nft` or the kernel cannot join a port with a tap, tried in a namespace of its own; empty
  /// if they can.
  Optional<String> joining(SharedNetwork network) throws IOException {
    int seat = network.trialSeat(0);
    try (Netns netns = Netns.anonymous()) {
      host.nft(netns).apply(PortRules.replacing(network, seat, "lo", "lo", network.seatMac(seat)));
      return Optional.empty();
    } catch (KernelException e) {
      if (e.errno() != Errno.ENOENT) throw e;
      return Optional.of("the program nft is missing");
    } catch (IOException e) {
      return Optional.of("a port cannot be joined with a guest's tap: " + e.getMessage());
    }
  }

  /// Chains that may be what stopped a trial, for people.
  List<String> suspects() throws IOException {
    var all = new ArrayList<String>();
    for (String hook : List.of("input", "forward", "prerouting", "output"))
      all.addAll(ForeignRules.dropping(host.nft().chains(), hook));
    return all;
  }
}
