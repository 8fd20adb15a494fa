package atoll.control.http;

import atoll.control.sandbox.NetworkSpec;
import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.DomainPattern;
import atoll.protocol.network.EgressPolicy;
import java.util.List;
import java.util.function.Consumer;

/// Reads what is asked for a sandbox's network: in create's `network`, and in the body of its
/// change.
final class NetworkBody {
  private static final int MOST_RESOLVERS = 10;

  private NetworkBody() {}

  /// @param internet the switch beside the rules, or null
  static NetworkSpec read(Fields network, Boolean internet) {
    network.notYet("rules", Json.Obj.class, "changing requests on their way out");
    network.notYet("egressProxy", Json.Obj.class, "going out through a proxy of your own");
    var spec =
        new NetworkSpec(
            internet,
            entries(network, "allowOut", EgressPolicy.MOST_ENTRIES, NetworkBody::allowed),
            entries(network, "denyOut", EgressPolicy.MOST_ENTRIES, NetworkBody::denied),
            network.body().get("dnsServers").isEmpty()
                ? null
                : entries(network, "dnsServers", MOST_RESOLVERS, NetworkBody::resolver));
    if (spec.namesWithoutDenial()) {
      throw network.wrong(
          "allowOut", "domain names need 0.0.0.0/0 in denyOut, else everything is allowed anyway");
    }
    return spec;
  }

  /// What a running sandbox cannot be told.
  static void refuseIngress(Fields network) {
    if (!network.bool("allowPublicTraffic").orElse(true)) {
      throw new Refusal.NotImplemented(
          "network.allowPublicTraffic: closing a sandbox to the public is not implemented in this"
              + " version",
          null);
    }
    network.notYet("maskRequestHost", Json.Text.class, "another Host for the guest");
    network.notYet("httpsPorts", Json.Arr.class, "TLS towards the guest");
  }

  private static List<String> entries(
      Fields network, String field, int most, Consumer<String> check) {
    Json value = network.body().get(field).orElse(new Json.Arr(List.of()));
    if (!(value instanceof Json.Arr(List<Json> items)))
      throw network.wrong(field, "must be a list of strings");
    if (items.size() > most)
      throw network.wrong(
          field,
          "has " + items.size() + " entries; the limit is " + most + ", merge them into CIDRs");
    return items.stream().map(item -> entry(network, field, item, check)).toList();
  }

  private static String entry(Fields network, String field, Json item, Consumer<String> check) {
    if (!(item instanceof Json.Text(String text)))
      throw network.wrong(field, "must be a list of strings");
    try {
      check.accept(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw network.wrong(field, "'" + shown(text) + "': " + e.getMessage());
    }
  }

  private static String shown(String text) {
    String plain = text.replaceAll("\\p{Cntrl}", "?");
    return plain.length() <= 80 ? plain : plain.substring(0, 80) + "…";
  }

  private static void allowed(String text) {
    if (AddressRange.looksLike(text)) AddressRange.parse(text);
    else DomainPattern.parse(text);
  }

  private static void denied(String text) {
    if (AddressRange.looksLike(text)) AddressRange.parse(text);
    else
      throw new IllegalArgumentException(
          "only addresses and CIDRs can be denied; to deny names, deny 0.0.0.0/0 and allow others");
  }

  private static void resolver(String text) {
    if (text.indexOf('/') >= 0) throw new IllegalArgumentException("an address is needed");
    AddressRange.parse(text);
  }
}
