package atoll.agent.rpc;

import atoll.core.json.Json;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request message in the JSON mapping of protobuf: strict types, unknown fields ignored, null is
/// absent.
///
/// Field names are asked for in lowerCamelCase and found in snake_case as well.
public final class Message {
  private static final long UINT32_MAX = 0xffff_ffffL;

  private final Json.Obj json;

  public Message(Json.Obj json) {
    this.json = json;
  }

  private Json field(String name) throws RpcException {
    Json camel = json.members().get(name);
    String snake = snake(name);
    Json other = snake.equals(name) ? null : json.members().get(snake);
    if (camel != null && other != null) throw RpcException.invalid("duplicate field " + name);
    Json found = camel != null ? camel : other;
    return found instanceof Json.Null ? null : found;
  }

  private static String snake(String name) {
    StringBuilder out = null;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        if (out == null) out = new StringBuilder(name.substring(0, i));
        out.append('_').append((char) (c + 32));
      } else if (out != null) {
        out.append(c);
      }
    }
    return out == null ? name : out.toString();
  }

  private static RpcException wrong(String name, String wanted) {
    return RpcException.invalid("field " + name + ": " + wanted + " expected");
  }

  public boolean has(String name) throws RpcException {
    return field(name) != null;
  }

  /// Null if absent.
  public String optionalText(String name) throws RpcException {
    return switch (field(name)) {
      case null -> null;
      case Json.Text(String text) -> text;
      default -> throw wrong(name, "a string");
    };
  }

  public String text(String name) throws RpcException {
    String text = optionalText(name);
    return text == null ? "" : text;
  }

  public boolean flag(String name, boolean absent) throws RpcException {
    return switch (field(name)) {
      case null -> absent;
      case Json.Bool(boolean value) -> value;
      default -> throw wrong(name, "a boolean");
    };
  }

  public long uint32(String name) throws RpcException {
    return switch (field(name)) {
      case null -> 0;
      case Json.Num number -> inRange(name, number);
      case Json.Text(String text) when isNumber(text) -> inRange(name, new Json.Num(text));
      default -> throw wrong(name, "a number");
    };
  }

  private static boolean isNumber(String text) {
    if (text.isEmpty()) return false;
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789.eE+-".indexOf(text.charAt(i)) < 0) return false;
    }
    return true;
  }

  private static long inRange(String name, Json.Num number) throws RpcException {
    long value = number.whole().orElse(-1L);
    if (value < 0 || value > UINT32_MAX) throw wrong(name, "a whole number from 0 to 4294967295");
    return value;
  }

  /// Null if absent.
  public Message message(String name) throws RpcException {
    return switch (field(name)) {
      case null -> null;
      case Json.Obj object -> new Message(object);
      default -> throw wrong(name, "an object");
    };
  }

  public List<String> texts(String name) throws RpcException {
    var list = new ArrayList<String>();
    switch (field(name)) {
      case null -> {}
      case Json.Arr(List<Json> items) -> {
        for (Json item : items) {
          if (!(item instanceof Json.Text(String text))) throw wrong(name, "an array of strings");
          list.add(text);
        }
      }
      default -> throw wrong(name, "an array");
    }
    return list;
  }

  public Map<String, String> textMap(String name) throws RpcException {
    var map = new LinkedHashMap<String, String>();
    switch (field(name)) {
      case null -> {}
      case Json.Obj(Map<String, Json> members) -> {
        for (var e : members.entrySet()) {
          if (!(e.getValue() instanceof Json.Text(String text)))
            throw wrong(name, "a map of strings");
          map.put(e.getKey(), text);
        }
      }
      default -> throw wrong(name, "an object");
    }
    return map;
  }

  /// Base64, standard or URL-safe, padded or not; null if absent.
  public byte[] bytes(String name) throws RpcException {
    String text = optionalText(name);
    if (text == null) return null;
    try {
      int end = text.length();
      while (end > 0 && text.charAt(end - 1) == '=') end--;
      boolean url = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
      return (url ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text.substring(0, end));
    } catch (IllegalArgumentException notBase64) {
      throw wrong(name, "base64");
    }
  }

  /// An enum by name or number; an unknown name is 0, as an unknown field would be.
  public int enumeration(String name, Map<String, Integer> values) throws RpcException {
    return switch (field(name)) {
      case null -> 0;
      case Json.Text(String text) -> values.getOrDefault(text, 0);
      case Json.Num number -> (int) inRange(name, number);
      default -> throw wrong(name, "an enum value");
    };
  }

  /// Which single one of these fields is set, or null; two are an error.
  public String oneof(String... names) throws RpcException {
    String found = null;
    for (String name : names) {
      if (!has(name)) continue;
      if (found != null)
        throw RpcException.invalid("more than one of a oneof is set: " + found + ", " + name);
      found = name;
    }
    return found;
  }
}
