package atoll.control.http;

import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The members of a request body, each checked when it is taken. A refusal names the field. Unknown
/// members are tolerated.
record Fields(Json.Obj body) {
  private static final int MOST_PAIRS = 1000;

  /// An absent body counts as an empty object.
  static Fields of(byte[] body) {
    return new Fields(body.length == 0 ? Json.EMPTY : JsonReader.readObject(body));
  }

  static Refusal invalid(String field, String problem) {
    return new Refusal.Invalid("validation_error", "validation error: " + field + ": " + problem);
  }

  String requiredText(String name) {
    Json value = body.get(name).orElseThrow(() -> invalid(name, "is required"));
    if (value instanceof Json.Text(String text) && !text.isBlank()) return text;
    throw invalid(name, "must be a non-empty string");
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

  private static long whole(String name, Json value, int least) {
    long number =
        value instanceof Json.Num n
            ? n.whole().orElseThrow(() -> notWhole(name))
            : refuse(name, "must be a whole number");
    if (number < least) throw invalid(name, "must be at least " + least);
    if (number > Integer.MAX_VALUE) throw invalid(name, "must be at most " + Integer.MAX_VALUE);
    return number;
  }

  private static Refusal notWhole(String name) {
    return invalid(name, "must be a whole number of 32 bits");
  }

  private static <T> T refuse(String name, String problem) {
    throw invalid(name, problem);
  }

  Optional<Json.Obj> object(String name) {
    return body.get(name)
        .map(
            value -> value instanceof Json.Obj object ? object : refuse(name, "must be an object"));
  }

  /// An object of strings; empty if absent.
  Map<String, String> strings(String name) {
    Json.Obj object = object(name).orElse(Json.EMPTY);
    if (object.members().size() > MOST_PAIRS)
      throw invalid(name, "must have at most " + MOST_PAIRS + " members");
    var strings = new LinkedHashMap<String, String>();
    object
        .members()
        .forEach((key, value) -> strings.put(checked(name, key), text(name, key, value)));
    return strings;
  }

  private static String text(String name, String key, Json value) {
    return value instanceof Json.Text(String text)
        ? checked(name, text)
        : refuse(name + "." + key, "must be a string");
  }

  /// Neither the database nor a process environment can hold NUL.
  private static String checked(String name, String text) {
    return text.indexOf(0) < 0 ? text : refuse(name, "must not hold NUL characters");
  }

  /// Refuses a field that asks for something: absent, null, false, and empty do not.
  void notYet(String name, String what) {
    Json value = body.get(name).orElse(Json.NULL);
    boolean asks =
        switch (value) {
          case Json.Null() -> false;
          case Json.Bool(boolean b) -> b;
          case Json.Obj o -> !o.members().isEmpty();
          case Json.Arr a -> !a.items().isEmpty();
          case Json.Text _, Json.Num _ -> true;
        };
    if (asks)
      throw new Refusal.NotImplemented(
          name + ": " + what + " is not implemented in this version", "leave '" + name + "' out");
  }
}
