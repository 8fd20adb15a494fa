package atoll.agent.rpc;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// The fields that a message may have, found by number or by either of their JSON names.
public final class MessageType {
  public static final MessageType EMPTY = new MessageType();

  private final Map<Integer, Field> byNumber = new HashMap<>();
  private final Map<String, Field> byName = new HashMap<>();

  public MessageType(Field... fields) {
    for (Field field : fields) {
      byNumber.put(field.number(), field);
      byName.put(field.name(), field);
      byName.put(snake(field.name()), field);
    }
  }

  /// Null if there is none.
  Field byNumber(int number) {
    return byNumber.get(number);
  }

  /// By lowerCamelCase or snake_case name; null if there is none.
  Field byName(String name) {
    return byName.get(name);
  }

  private static String snake(String name) {
    var out = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 'A' && c <= 'Z') out.append('_').append((char) (c + 32));
      else out.append(c);
    }
    return out.toString();
  }

  /// Its fields in the order of their numbers, with those of the messages in them.
  @Override
  public String toString() {
    var fields = new TreeMap<>(byNumber);
    var out = new StringBuilder("{");
    for (Field field : fields.values()) {
      if (out.length() > 1) out.append(", ");
      out.append(field.number()).append(' ').append(field).append(' ').append(field.shape());
    }
    return out.append('}').toString();
  }
}
