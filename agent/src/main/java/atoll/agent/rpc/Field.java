package atoll.agent.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// One field of a message type: its number in the binary form, its lowerCamelCase name in JSON.
public final class Field {
  /// What a field holds.
  enum Kind {
    TEXT,
    BYTES,
    FLAG,
    UINT32,
    SINT32,
    INT64,
    ENUM,
    MESSAGE,
    TIMESTAMP,
    TEXTS,
    MESSAGES,
    TEXT_MAP
  }

  private static final int LENGTH_DELIMITED = 2;

  private final int number;
  private final String name;
  private final Kind kind;
  private final MessageType type;
  private final Map<String, Integer> values;
  private final String choice;
  private final byte[] jsonKey;

  private Field(
      int number,
      String name,
      Kind kind,
      MessageType type,
      Map<String, Integer> values,
      String choice) {
    this.number = number;
    this.name = name;
    this.kind = kind;
    this.type = type;
    this.values = values;
    this.choice = choice;
    this.jsonKey = ("\"" + name + "\":").getBytes(StandardCharsets.ISO_8859_1);
  }

  private static Field of(int number, String name, Kind kind) {
    return new Field(number, name, kind, null, Map.of(), null);
  }

  public static Field text(int number, String name) {
    return of(number, name, Kind.TEXT);
  }

  public static Field bytes(int number, String name) {
    return of(number, name, Kind.BYTES);
  }

  public static Field flag(int number, String name) {
    return of(number, name, Kind.FLAG);
  }

  public static Field uint32(int number, String name) {
    return of(number, name, Kind.UINT32);
  }

  public static Field sint32(int number, String name) {
    return of(number, name, Kind.SINT32);
  }

  public static Field int64(int number, String name) {
    return of(number, name, Kind.INT64);
  }

  public static Field timestamp(int number, String name) {
    return of(number, name, Kind.TIMESTAMP);
  }

  public static Field texts(int number, String name) {
    return of(number, name, Kind.TEXTS);
  }

  public static Field textMap(int number, String name) {
    return of(number, name, Kind.TEXT_MAP);
  }

  public static Field enumeration(int number, String name, Map<String, Integer> values) {
    return new Field(number, name, Kind.ENUM, null, values, null);
  }

  public static Field message(int number, String name, MessageType type) {
    return new Field(number, name, Kind.MESSAGE, type, Map.of(), null);
  }

  public static Field messages(int number, String name, MessageType type) {
    return new Field(number, name, Kind.MESSAGES, type, Map.of(), null);
  }

  /// The same field as one member of a oneof.
  public Field in(String oneof) {
    return new Field(number, name, kind, type, values, oneof);
  }

  int number() {
    return number;
  }

  public String name() {
    return name;
  }

  Kind kind() {
    return kind;
  }

  MessageType type() {
    return type;
  }

  /// The oneof that this field belongs to, or null.
  String choice() {
    return choice;
  }

  /// The number of an enum's value; 0 for a name that it does not have.
  int value(String valueName) {
    return values.getOrDefault(valueName, 0);
  }

  /// The name of an enum's value, or null.
  String valueName(int value) {
    for (var e : values.entrySet()) if (e.getValue() == value) return e.getKey();
    return null;
  }

  byte[] jsonKey() {
    return jsonKey;
  }

  int wireType() {
    return switch (kind) {
      case FLAG, UINT32, SINT32, INT64, ENUM -> 0;
      case TEXT, BYTES, MESSAGE, TIMESTAMP, TEXTS, MESSAGES, TEXT_MAP -> LENGTH_DELIMITED;
    };
  }

  /// What it holds, for people and tests.
  String shape() {
    String text = kind + (type == null ? "" : " " + type);
    if (!values.isEmpty()) text += " " + new TreeMap<>(values);
    return choice == null ? text : text + " of " + choice;
  }

  @Override
  public String toString() {
    return name;
  }
}
