package atoll.agent.guest;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.linux.net.Cidr;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The body of `/init`. Field names match in any letter case; absent texts are empty.
///
/// @param variables null if absent
/// @param timestamp null if absent
/// @param events address of the host's service for events
/// @param caBundle certificate authority to trust, PEM
/// @param hasVolumes whether volumes are to be mounted
/// @param addresses that the card is to have besides its first
/// @param sealed whether a snapshot follows: the next identity is to be waited for
record InitBody(
    String token,
    Map<String, String> variables,
    Instant timestamp,
    String user,
    String workdir,
    String hostname,
    byte[] entropy,
    String sandboxId,
    String templateId,
    String events,
    String caBundle,
    boolean hasVolumes,
    boolean sealed,
    List<Cidr> addresses) {
  private static final int MOST_ADDRESSES = 16;

  /// Throws an unchecked exception for anything that is not such a body.
  static InitBody read(byte[] bytes) {
    var fields = new HashMap<String, Json>();
    // Broken UTF-8 becomes U+FFFD here, as clients of the reference know it.
    var sent = new String(bytes, StandardCharsets.UTF_8);
    if (!sent.isEmpty()) {
      switch (JsonReader.read(sent)) {
        case Json.Obj(Map<String, Json> members) ->
            members.forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
        case Json.Null() -> {}
        default -> throw new IllegalArgumentException("an object was expected");
      }
    }
    String time = text(fields, "timestamp");
    return new InitBody(
        token(fields, sent),
        variables(fields.get("envvars")),
        time.isEmpty() ? null : Timestamp.parse(time),
        text(fields, "defaultuser"),
        text(fields, "defaultworkdir"),
        text(fields, "hostname"),
        Base64.getDecoder().decode(text(fields, "entropy")),
        text(fields, "sandboxid"),
        text(fields, "templateid"),
        text(fields, "hyperloopip"),
        text(fields, "cabundle"),
        fields.get("volumemounts") instanceof Json.Arr volumes && !volumes.items().isEmpty(),
        fields.get("sealed") instanceof Json.Bool(boolean sealed) && sealed,
        addresses(fields.get("addresses")));
  }

  private static List<Cidr> addresses(Json value) {
    return switch (value) {
      case null -> List.of();
      case Json.Null() -> List.of();
      case Json.Arr(List<Json> items) when items.size() <= MOST_ADDRESSES ->
          items.stream().map(InitBody::address).toList();
      default -> throw new IllegalArgumentException("addresses is no short list");
    };
  }

  private static Cidr address(Json value) {
    if (value instanceof Json.Text(String text)) return Cidr.parse(text);
    throw new IllegalArgumentException("an address is not a string");
  }

  /// A token is spelled as it is: who escapes a part of it means something else.
  private static String token(Map<String, Json> fields, String sent) {
    Json value = fields.get("accesstoken");
    if (value == null || value instanceof Json.Null) return "";
    String token = text(fields, "accesstoken");
    if (token.isEmpty()) throw new IllegalArgumentException("an empty access token");
    if (!sent.contains('"' + token + '"'))
      throw new IllegalArgumentException("an escape in the access token");
    return token;
  }

  private static String text(Map<String, Json> fields, String name) {
    return switch (fields.get(name)) {
      case null -> "";
      case Json.Null() -> "";
      case Json.Text(String text) -> text;
      default -> throw new IllegalArgumentException(name + " is not a string");
    };
  }

  private static Map<String, String> variables(Json value) {
    return switch (value) {
      case null -> null;
      case Json.Null() -> null;
      case Json.Obj(Map<String, Json> members) -> {
        var map = new LinkedHashMap<String, String>();
        members.forEach(
            (name, v) -> map.put(name, v instanceof Json.Text(String t) ? t : bad(name)));
        yield map;
      }
      default -> throw new IllegalArgumentException("envVars is not an object");
    };
  }

  private static String bad(String name) {
    throw new IllegalArgumentException("variable " + name + " is not a string");
  }
}
