package atoll.agent.rpc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request message, decoded and checked against its [MessageType]: every value has its field's
/// type.
///
/// Asked by lowerCamelCase names. Filled by one decoder, then read only.
public final class Message {
  /// More than any program's arguments and environment may have; bounds what a small message
  /// becomes in memory.
  static final int MOST_ELEMENTS = 200_000;

  private final MessageType type;
  private final Map<String, Object> values = new HashMap<>(8);

  Message(MessageType type) {
    this.type = type;
  }

  MessageType type() {
    return type;
  }

  void put(Field field, Object value) {
    values.put(field.name(), value);
  }

  /// Forgets the members of a oneof that were set before, of which the last one counts.
  void clearChoice(String oneof) {
    values.keySet().removeIf(name -> oneof.equals(type.byName(name).choice()));
  }

  /// Whether a member of this oneof is set.
  boolean chosen(String oneof) {
    for (String name : values.keySet()) if (oneof.equals(type.byName(name).choice())) return true;
    return false;
  }

  Object get(Field field) {
    return values.get(field.name());
  }

  @SuppressWarnings("unchecked") // only a decoder adds to it, and only texts
  List<String> growingTexts(Field field) {
    return (List<String>) values.computeIfAbsent(field.name(), n -> new ArrayList<String>());
  }

  @SuppressWarnings("unchecked") // as above
  Map<String, String> growingMap(Field field) {
    return (Map<String, String>)
        values.computeIfAbsent(field.name(), n -> new LinkedHashMap<String, String>());
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /// Null if absent.
  public String optionalText(String name) {
    return (String) values.get(name);
  }

  public String text(String name) {
    String text = optionalText(name);
    return text == null ? "" : text;
  }

  public boolean flag(String name, boolean absent) {
    return values.get(name) instanceof Boolean flag ? flag : absent;
  }

  public long uint32(String name) {
    return values.get(name) instanceof Long number ? number : 0;
  }

  /// Null if absent.
  public Message message(String name) {
    return (Message) values.get(name);
  }

  @SuppressWarnings("unchecked") // decoders put nothing else there
  public List<String> texts(String name) {
    var list = (List<String>) values.get(name);
    return list == null ? List.of() : list;
  }

  @SuppressWarnings("unchecked") // decoders put nothing else there
  public Map<String, String> textMap(String name) {
    var map = (Map<String, String>) values.get(name);
    return map == null ? Map.of() : map;
  }

  /// Null if absent.
  public byte[] bytes(String name) {
    return (byte[]) values.get(name);
  }

  /// An enum's number; 0 if absent or given by an unknown name.
  public int enumeration(String name) {
    return values.get(name) instanceof Integer number ? number : 0;
  }

  /// Which single one of these fields is set, or null. Decoders see to it that at most one is.
  public String oneof(String... names) {
    for (String name : names) if (has(name)) return name;
    return null;
  }
}
