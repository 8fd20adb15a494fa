package atoll.node.shared;

import atoll.linux.net.Mac;
import atoll.protocol.agent.AgentClient;

/// The nft rules that join a slot's tap with its port in a shared network.
///
/// All guests have the same card and the same first address, since they resume from one snapshot.
/// So frames change their Ethernet addresses on the way: outside, a seat has a MAC of its own;
/// inside, it is the card's. Only ARP and IPv4 between addresses of the network pass, with the
/// seat's own source, whatever the guest sends; the agent's port is not reached from there. Nothing
/// of it meets the slot's own stack, so the way out and its policy are as without it.
///
/// Source: nft(8), `fwd`, a statement of the ingress hook.
final class PortRules {
  static final String TABLE = "atoll_shared";

  private PortRules() {}

  /// A script that replaces the table.
  ///
  /// @param inner the slot's end of the cable
  /// @param card the guest's
  static String replacing(SharedNetwork network, int seat, String tap, String inner, Mac card) {
    return "table netdev "
        + TABLE
        + "\ndelete table netdev "
        + TABLE
        + "\n"
        + RULES
            .replace("$TABLE", TABLE)
            .replace("$TAP", tap)
            .replace("$INNER", inner)
            .replace("$SUBNET", network.subnet().toString())
            .replace("$ADDRESS", network.address(seat).address().getHostAddress())
            .replace("$BROADCAST", network.broadcast())
            .replace("$SEAT", network.seatMac(seat).toString())
            .replace("$CARD", card.toString())
            .replace("$AGENT", Integer.toString(AgentClient.PORT));
  }

  private static final String RULES =
      """
      table netdev $TABLE {
        chain from_guest {
          type filter hook ingress device "$TAP" priority 0; policy accept;
          arp daddr ip $SUBNET jump arp_out
          ip daddr $SUBNET jump ip_out
        }
        chain arp_out {
          arp saddr ip != $ADDRESS counter drop
          ether saddr set $SEAT arp saddr ether set $SEAT counter fwd to "$INNER"
        }
        chain ip_out {
          ip saddr != $ADDRESS counter drop
          ether saddr set $SEAT counter fwd to "$INNER"
        }
        chain from_network {
          type filter hook ingress device "$INNER" priority 0; policy drop;
          ether daddr $SEAT ether daddr set $CARD
          arp saddr ip $SUBNET arp daddr ip $ADDRESS arp daddr ether set $CARD counter fwd to "$TAP"
          meta l4proto { tcp, udp } th dport $AGENT counter drop
          ip saddr $SUBNET ip daddr { $ADDRESS, $BROADCAST } counter fwd to "$TAP"
        }
      }
      """;
}
