package atoll.core.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One JSON value (RFC 8259), immutable.
///
/// Numbers keep their text, so that nothing is lost between reading and writing. Objects keep the
/// order of their members.
public sealed interface Json {
  record Obj(Map<String, Json> members) implements Json {
    public Obj {
      members = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /// The member, or empty if it is absent or null.
    public Optional<Json> get(String name) {
      Json found = members.get(name);
      return found == null || found instanceof Null ? Optional.empty() : Optional.of(found);
    }

    /// The text of a string member; empty if absent, null or of another type.
    public Optional<String> text(String name) {
      return get(name)
          .flatMap(v -> v instanceof Text(String s) ? Optional.of(s) : Optional.empty());
    }

    public Optional<Long> whole(String name) {
      return get(name).flatMap(v -> v instanceof Num n ? n.whole() : Optional.empty());
    }

    public Optional<Boolean> bool(String name) {
      return get(name)
          .flatMap(v -> v instanceof Bool(boolean b) ? Optional.of(b) : Optional.empty());
    }

    /// The object member, or an empty object.
    public Obj object(String name) {
      return get(name).map(v -> v instanceof Obj o ? o : EMPTY).orElse(EMPTY);
    }

    /// The items of an array member, or none.
    public List<Json> items(String name) {
      return get(name)
          .map(v -> v instanceof Arr(List<Json> items) ? items : List.<Json>of())
          .orElse(List.of());
    }

    @Override
    public String toString() {
      return JsonWriter.write(this);
    }
  }

  record Arr(List<Json> items) implements Json {
    public Arr {
      items = List.copyOf(items);
    }

    @Override
    public String toString() {
      return JsonWriter.write(this);
    }
  }

  record Text(String value) implements Json {
    @Override
    public String toString() {
      return JsonWriter.write(this);
    }
  }

  /// `literal` is a valid JSON number.
  record Num(String literal) implements Json {
    /// The value if it is whole and fits a long (`1`, `1.0` and `1e1` are whole).
    public Optional<Long> whole() {
      try {
        if (literal.length() > 40) return Optional.empty();
        return Optional.of(new java.math.BigDecimal(literal).longValueExact());
      } catch (ArithmeticException | NumberFormatException notWhole) {
        return Optional.empty();
      }
    }

    public double asDouble() {
      return Double.parseDouble(literal);
    }

    @Override
    public String toString() {
      return literal;
    }
  }

  record Bool(boolean value) implements Json {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  record Null() implements Json {
    @Override
    public String toString() {
      return "null";
    }
  }

  Null NULL = new Null();
  Obj EMPTY = new Obj(Map.of());

  /// Wraps strings, numbers, booleans, maps with string keys, lists, null and values that are JSON
  /// already.
  static Json of(Object value) {
    return switch (value) {
      case null -> NULL;
      case Json json -> json;
      case CharSequence text -> new Text(text.toString());
      case Boolean b -> new Bool(b);
      case Double d -> new Num(finite(d));
      case Float f -> new Num(finite(f.doubleValue()));
      case Number n -> new Num(n.toString());
      case Map<?, ?> map -> {
        var members = new LinkedHashMap<String, Json>();
        map.forEach((k, v) -> members.put((String) k, of(v)));
        yield new Obj(members);
      }
      case Iterable<?> items -> {
        var list = new java.util.ArrayList<Json>();
        items.forEach(i -> list.add(of(i)));
        yield new Arr(list);
      }
      case Enum<?> e -> new Text(e.name());
      default ->
          throw new IllegalArgumentException("not a JSON value: " + value.getClass().getName());
    };
  }

  /// An object from alternating names and values; a null value leaves the member out.
  static Obj object(Object... namesAndValues) {
    var members = new LinkedHashMap<String, Json>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] != null)
        members.put((String) namesAndValues[i], of(namesAndValues[i + 1]));
    }
    return new Obj(members);
  }

  private static String finite(double d) {
    if (Double.isNaN(d) || Double.isInfinite(d))
      throw new IllegalArgumentException("JSON has no " + d);
    if (d == Math.rint(d) && Math.abs(d) < 1e15) return Long.toString((long) d);
    return Double.toString(d);
  }
}
