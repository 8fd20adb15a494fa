package atoll.node.egress;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.util.List;

/// What other programs' nft chains do to packets that no rule of theirs knows. Rules of
/// `iptables-legacy` are not among them.
public final class ForeignRules {
  private ForeignRules() {}

  /// Chains of this hook with the policy drop, as `family table chain`.
  public static List<String> dropping(String chains, String hook) {
    return JsonReader.read(chains) instanceof Json.Obj listed
        ? listed.items("nftables").stream()
            .map(item -> item instanceof Json.Obj o ? o.object("chain") : Json.EMPTY)
            .filter(chain -> is(chain, "hook", hook) && is(chain, "policy", "drop"))
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
