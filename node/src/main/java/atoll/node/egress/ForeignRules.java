package atoll.node.egress;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.util.List;

/// What other programs' nft chains do to forwarded packets. Rules of `iptables-legacy` are not
/// among them.
final class ForeignRules {
  private ForeignRules() {}

  /// Forward chains with the policy drop, as `family table chain`.
  static List<String> dropping(String chains) {
    return JsonReader.read(chains) instanceof Json.Obj listed
        ? listed.items("nftables").stream()
            .map(item -> item instanceof Json.Obj o ? o.object("chain") : Json.EMPTY)
            .filter(chain -> is(chain, "hook", "forward") && is(chain, "policy", "drop"))
            .map(chain ->
                text(chain, "family") + " " + text(chain, "table") + " " + text(chain, "name"))
            .toList()
        : List.of();
  }

  private static boolean is(Json.Obj chain, String name, String value) {
    return text(chain, name).equals(value);
  }

  private static String text(Json.Obj chain, String name) {
    return chain.text(name).orElse("");
  }
}
