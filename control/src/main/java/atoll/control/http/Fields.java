package atoll.control.http;

import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The members of a request body, or of an object in it, each checked when it is taken. A refusal
/// names the field. Unknown members are tolerated.
///
/// @param path of this object in the body: empty, or with a dot at its end
record Fields(Json.Obj body, String path) {
  private static final int MOST_PAIRS = 1000;

  /// An absent body counts as an empty object.
  static Fields of(byte[] body) {
    return new Fields(body.length == 0 ? Json.EMPTY : JsonReader.readObject(body), "");
  }

  static Refusal invalid(String field, String problem) {
    return new Refusal.Invalid("validation_error", "validation error: " + field + ": " + problem);
  }

  /// As [#invalid], for a member of this object.
  Refusal wrong(String name, String problem) {
    return invalid(path + name, problem);
  }

  String requiredText(String name) {
    Json value = body.get(name).orElseThrow(() -> wrong(name, "is required"));
    if (value instanceof Json.Text(String text) && !text.isBlank()) return text;
    throw wrong(name, "must be a non-empty string");
  }

  /// Absent and null are the same.
  Optional<String> text(String name) {
    return body.get(name)
        .filter(value -> !(value instanceof Json.Null))
        .map(value ->
            value instanceof Json.Text(String text) ? text : refuse(name, "must be a string"));
  }

  Optional<Boolean> bool(String name) {
    return body.get(name)
        .map(value ->
            value instanceof Json.Bool(boolean b) ? b : refuse(name, "must be true or false"));
  }

  /// Whole seconds from `least` to the largest 32-bit integer.
  Optional<Duration> seconds(String name, int least) {
    return body.get(name).map(value -> Duration.ofSeconds(whole(name, value, least)));
  }

  private long whole(String name, Json value, int least) {
    long number =
        value instanceof Json.Num n
            ? n.whole().orElseThrow(() -> notWhole(name))
            : refuse(name, "must be a whole number");
    if (number < least) throw wrong(name, "must be at least " + least);
    if (number > Integer.MAX_VALUE) throw wrong(name, "must be at most " + Integer.MAX_VALUE);
    return number;
  }

  private Refusal notWhole(String name) {
    return wrong(name, "must be a whole number of 32 bits");
  }

  private <T> T refuse(String name, String problem) {
    throw wrong(name, problem);
  }

  Optional<Json.Obj> object(String name) {
    return body.get(name)
        .map(
            value -> value instanceof Json.Obj object ? object : refuse(name, "must be an object"));
  }

  /// The members of an object in this one; none if it is absent.
  Fields inside(String name) {
    return new Fields(object(name).orElse(Json.EMPTY), path + name + ".");
  }

  /// An object of strings; empty if absent.
  Map<String, String> strings(String name) {
    Json.Obj object = object(name).orElse(Json.EMPTY);
    if (object.members().size() > MOST_PAIRS)
      throw wrong(name, "must have at most " + MOST_PAIRS + " members");
    var strings = new LinkedHashMap<String, String>();
    object
        .members()
        .forEach((key, value) -> strings.put(checked(name, key), text(name, key, value)));
    return strings;
  }

  private String text(String name, String key, Json value) {
    return value instanceof Json.Text(String text)
        ? checked(name, text)
        : refuse(name + "." + key, "must be a string");
  }

  /// Neither the database nor a process environment can hold NUL.
  private String checked(String name, String text) {
    return text.indexOf(0) < 0 ? text : refuse(name, "must not hold NUL characters");
  }

  /// Refuses a field that asks for something: absent, null, false, and empty do not. One of another
  /// type than the contract's is refused as wrong.
  void notYet(String name, Class<? extends Json> type, String what) {
    Json value = body.get(name).orElse(Json.NULL);
    if (value instanceof Json.Null) return;
    if (!type.isInstance(value)) throw wrong(name, "must be " + words(type));
    boolean asks =
        switch (value) {
          case Json.Bool(boolean b) -> b;
          case Json.Obj o -> !o.members().isEmpty();
          case Json.Arr a -> !a.items().isEmpty();
          case Json.Null _, Json.Text _, Json.Num _ -> true;
        };
    if (asks)
      throw new Refusal.NotImplemented(
          path + name + ": " + what + " is not implemented in this version",
          "leave '" + path + name + "' out");
  }

  private static String words(Class<? extends Json> type) {
    if (type == Json.Bool.class) return "true or false";
    if (type == Json.Obj.class) return "an object";
    return type == Json.Arr.class ? "a list" : "a string";
  }
}
