package atoll.agent.rpc;

import atoll.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads the JSON mapping of protobuf: strict types, unknown fields skipped, null is absent, names
/// in lowerCamelCase or snake_case.
final class JsonDecoder {
  private static final long UINT32_MAX = 0xffff_ffffL;

  private final JsonText text;

  JsonDecoder(byte[] utf8, int length) {
    this.text = new JsonText(utf8, length);
  }

  Message message(MessageType type) throws RpcException {
    Message message = object(type);
    text.end();
    return message;
  }

  private Message object(MessageType type) throws RpcException {
    var message = new Message(type);
    text.expect('{');
    if (text.take('}')) return message;
    Set<String> seen = new HashSet<>(8);
    do {
      String name = text.string();
      text.expect(':');
      Field field = type.byName(name);
      if (field != null && !seen.add(field.name())) throw text.bad("duplicate field " + name);
      if (field == null) text.skip();
      else if (!text.word("null")) value(field, message);
    } while (text.take(','));
    text.expect('}');
    return message;
  }

  private void value(Field field, Message message) throws RpcException {
    if (field.choice() != null) onlyChoice(field, message);
    Object value =
        switch (field.kind()) {
          case TEXT -> text(field);
          case BYTES -> text.base64();
          case FLAG -> flag(field);
          case UINT32 -> uint32(field);
          case ENUM -> enumeration(field);
          case MESSAGE -> object(field.type());
          case TEXTS -> {
            texts(field, message.growingTexts(field));
            yield null;
          }
          case TEXT_MAP -> {
            textMap(field, message.growingMap(field));
            yield null;
          }
          case SINT32, INT64, TIMESTAMP, MESSAGES ->
              throw new IllegalStateException(field + " is only ever sent");
        };
    if (value != null) message.put(field, value);
  }

  private void onlyChoice(Field field, Message message) throws RpcException {
    if (message.chosen(field.choice()))
      throw text.bad("more than one of " + field.choice() + " is set");
  }

  private RpcException wrong(Field field, String wanted) {
    return text.bad("field " + field + ": " + wanted + " expected");
  }

  private String text(Field field) throws RpcException {
    if (text.peek() != '"') throw wrong(field, "a string");
    return text.string();
  }

  private boolean flag(Field field) throws RpcException {
    if (text.word("true")) return true;
    if (text.word("false")) return false;
    throw wrong(field, "a boolean");
  }

  private long uint32(Field field) throws RpcException {
    long value = whole(field);
    if (value < 0 || value > UINT32_MAX) throw wrong(field, "a whole number from 0 to 4294967295");
    return value;
  }

  /// A whole number, perhaps in quotes; `1`, `1.0` and `1e1` are whole.
  private long whole(Field field) throws RpcException {
    String digits = text.peek() == '"' ? quotedNumber(field) : text.number();
    return new Json.Num(digits).whole().orElseThrow(() -> wrong(field, "a whole number"));
  }

  private String quotedNumber(Field field) throws RpcException {
    byte[] inner = text.string().getBytes(StandardCharsets.UTF_8);
    var cursor = new JsonText(inner, inner.length);
    if (inner.length == 0 || inner[0] <= ' ' || inner[inner.length - 1] <= ' ')
      throw wrong(field, "a number");
    String digits = cursor.number();
    cursor.end();
    return digits;
  }

  private int enumeration(Field field) throws RpcException {
    if (text.peek() == '"') return field.value(text.string());
    long value = whole(field);
    if (value != (int) value) throw wrong(field, "an enum value");
    return (int) value;
  }

  private void texts(Field field, List<String> into) throws RpcException {
    text.expect('[');
    if (text.take(']')) return;
    do {
      into.add(text(field));
      bounded(field, into.size());
    } while (text.take(','));
    text.expect(']');
  }

  private void bounded(Field field, int size) throws RpcException {
    if (size > Message.MOST_ELEMENTS)
      throw text.bad("field " + field + ": more than " + Message.MOST_ELEMENTS + " elements");
  }

  private void textMap(Field field, Map<String, String> into) throws RpcException {
    text.expect('{');
    if (text.take('}')) return;
    do {
      String key = text.string();
      text.expect(':');
      if (into.put(key, text(field)) != null) throw text.bad("duplicate map key");
      bounded(field, into.size());
    } while (text.take(','));
    text.expect('}');
  }
}
