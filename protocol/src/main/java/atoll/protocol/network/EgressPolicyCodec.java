package atoll.protocol.network;

import atoll.core.json.Json;
import java.util.List;
import java.util.function.Function;

/// A policy as JSON, as nodes keep it on disk and control in its database. Never rename a member.
public final class EgressPolicyCodec {
  private EgressPolicyCodec() {}

  public static Json.Obj write(EgressPolicy policy) {
    return Json.object(
        "allow", texts(policy.allow()),
        "domains", texts(policy.domains()),
        "deny", texts(policy.deny()),
        "resolvers", texts(policy.resolvers()));
  }

  /// @throws IllegalArgumentException if it is not what [#write] wrote
  public static EgressPolicy read(Json.Obj json) {
    return new EgressPolicy(
        read(json, "allow", AddressRange::parse),
        read(json, "domains", DomainPattern::parse),
        read(json, "deny", AddressRange::parse),
        read(json, "resolvers", AddressRange::parse));
  }

  private static List<String> texts(List<?> entries) {
    return entries.stream().map(Object::toString).toList();
  }

  private static <T> List<T> read(Json.Obj json, String name, Function<String, T> parse) {
    return json.items(name).stream()
        .map(item -> item instanceof Json.Text(String text) ? text : item.toString())
        .map(parse)
        .toList();
  }
}
