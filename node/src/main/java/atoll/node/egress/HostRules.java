package atoll.node.egress;

import atoll.linux.net.Cidr;
import atoll.protocol.network.Reserved;

/// The nft rules of the host: one table, whose size does not depend on how many slots there are.
///
/// Slots are told by the names of their links. They reach neither the host itself nor each other,
/// only what lies beyond; nobody reaches them but in answer.
final class HostRules {
  private HostRules() {}

  /// A script that replaces the table.
  static String replacing(String table, Cidr slots) {
    return removing(table)
        + RULES
            .replace("$TABLE", table)
            .replace("$SLOTS", slots.toString())
            .replace("$LINKS", "\"" + WayOut.LINK_PREFIX + "*\"")
            .replace("$RESERVED", SetElements.of(Reserved.RANGES));
  }

  /// Does not mind if there is none.
  static String removing(String table) {
    return "table inet " + table + "\ndelete table inet " + table + "\n";
  }

  private static final String RULES =
      """
      table inet $TABLE {
        set reserved { type ipv4_addr; flags interval; $RESERVED
        }
        chain leaving {
          meta nfproto ipv6 counter drop
          ip saddr != $SLOTS counter drop
          oifname $LINKS counter drop
          ip daddr @reserved counter drop
        }
        chain entering {
          ct state established,related accept
          counter drop
        }
        chain forward {
          type filter hook forward priority filter; policy accept;
          iifname $LINKS jump leaving
          iifname != $LINKS oifname $LINKS jump entering
        }
        chain input {
          type filter hook input priority filter; policy accept;
          iifname $LINKS counter drop
        }
        chain masquerading {
          type nat hook postrouting priority srcnat; policy accept;
          ip saddr $SLOTS oifname != $LINKS masquerade
        }
      }
      """;
}
