package atoll.node.egress;

import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.Reserved;
import java.net.Inet4Address;

/// The nft rules inside one slot's namespace.
///
/// Every packet that passes is judged by where its connection was first meant to go, in both
/// directions: so a new policy holds for established connections from the next packet on, and those
/// that stay allowed notice nothing. The number of rules is constant; what differs is in sets.
final class SlotRules {
  static final String TABLE = "atoll_slot";

  private SlotRules() {}

  /// A script that replaces whatever rules the slot had.
  ///
  /// @param outside the slot's own address towards the host
  static String replacing(
      EgressPolicy policy, Inet4Address guest, Inet4Address outside, int proxyPort) {
    String proxy = policy.domains().isEmpty() ? "" : redirect(proxyPort);
    String names =
        policy.domains().isEmpty()
            ? ""
            : """
                iifname "tap0" meta l4proto { tcp, udp } th dport 53 ct original ip daddr @resolvers accept
                iifname "eth0" meta l4proto { tcp, udp } th sport 53 ct original ip daddr @resolvers accept
            """;
    return RULES
        .replace("$RESERVED", SetElements.of(Reserved.RANGES))
        .replace("$ALLOWED", SetElements.of(policy.allow()))
        .replace("$DENIED", SetElements.of(policy.deny()))
        .replace("$RESOLVERS", SetElements.of(policy.resolvers()))
        .replace("$GUEST", guest.getHostAddress())
        .replace("$OUTSIDE", outside.getHostAddress())
        .replace("$NAMES", names)
        .replace("$PROXY", proxy);
  }

  static String removing() {
    return "table inet " + TABLE + "\ndelete table inet " + TABLE + "\n";
  }

  private static String redirect(int port) {
    return """
      chain names {
        type nat hook prerouting priority dstnat; policy accept;
        iifname "tap0" ip daddr != @reserved ip daddr != @allowed tcp dport { 80, 443 } redirect to :$PORT
      }
    """
        .replace("$PORT", Integer.toString(port));
  }

  private static final String RULES =
      removing()
          + """
          table inet atoll_slot {
            set reserved { type ipv4_addr; flags interval; $RESERVED
            }
            set allowed { type ipv4_addr; flags interval; $ALLOWED
            }
            set denied { type ipv4_addr; flags interval; $DENIED
            }
            set resolvers { type ipv4_addr; flags interval; $RESOLVERS
            }
            chain judge {
              ct original ip daddr @reserved counter reject with icmpx admin-prohibited
              ct original ip daddr @allowed accept
          $NAMES
              ct original ip daddr @denied counter reject with icmpx admin-prohibited
              accept
            }
            chain forward {
              type filter hook forward priority filter; policy drop;
              meta nfproto ipv6 counter drop
              ct state invalid counter drop
              ip protocol != { icmp, tcp, udp } counter drop
              iifname "tap0" oifname "eth0" ip saddr $GUEST jump judge
              iifname "eth0" oifname "tap0" ct state established,related jump judge
            }
            chain input {
              type filter hook input priority filter; policy accept;
              iifname "eth0" ct state != { established, related } counter drop
              iifname "tap0" ct state { established, related } accept
              iifname "tap0" ct status dnat accept
              iifname "tap0" ip protocol icmp accept
              iifname "tap0" counter drop
            }
            chain output {
              type filter hook output priority filter; policy accept;
              oifname "eth0" ip daddr @reserved counter reject with icmpx admin-prohibited
            }
            chain outside {
              type nat hook postrouting priority srcnat; policy accept;
              oifname "eth0" snat ip to $OUTSIDE
            }
          $PROXY
          }
          """;
}
