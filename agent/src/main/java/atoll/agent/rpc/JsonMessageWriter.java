package atoll.agent.rpc;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The JSON mapping of protobuf, as its specification says: 64-bit numbers as text, enums by name,
/// bytes as base64.
final class JsonMessageWriter extends MessageWriter {
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] DIGITS =
      ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final int DEEPEST = 16;

  /// For each open level, the repeated field whose array is open, or null.
  private final Field[] arrays = new Field[DEEPEST];

  private int level;

  JsonMessageWriter() {
    put('{');
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void key(Field field) {
    endArray();
    comma();
    put(field.jsonKey(), field.jsonKey().length);
  }

  private void comma() {
    byte before = bytes[length - 1];
    if (before != '{' && before != '[') put(',');
  }

  private void endArray() {
    if (arrays[level] == null) return;
    arrays[level] = null;
    put(']');
  }

  @Override
  void putText(Field field, String value) {
    key(field);
    quote(value);
  }

  private void quote(String text) {
    room(text.length() + 2);
    put('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) i += beyondAscii(text, i);
      else if (c < 0x20 || c == '"' || c == '\\') escape(c);
      else put(c);
    }
    put('"');
  }

  private void escape(char c) {
    put('\\');
    switch (c) {
      case '"', '\\' -> put(c);
      case '\n' -> put('n');
      case '\r' -> put('r');
      case '\t' -> put('t');
      default -> {
        put('u');
        put('0');
        put('0');
        put(HEX[c >> 4]);
        put(HEX[c & 15]);
      }
    }
  }

  @Override
  public void flag(Field field, boolean value) {
    if (!value) return;
    key(field);
    utf8("true");
  }

  @Override
  public void uint32(Field field, long value) {
    if (value != 0) number(field, value);
  }

  @Override
  public void sint32(Field field, int value) {
    if (value != 0) number(field, value);
  }

  private void number(Field field, long value) {
    key(field);
    utf8(Long.toString(value));
  }

  @Override
  public void int64(Field field, long value) {
    if (value == 0) return;
    key(field);
    put('"');
    utf8(Long.toString(value));
    put('"');
  }

  @Override
  public void enumeration(Field field, int value) {
    if (value == 0) return;
    String name = field.valueName(value);
    if (name == null) number(field, value);
    else putText(field, name);
  }

  @Override
  public void bytes(Field field, byte[] from, int count) {
    key(field);
    put('"');
    base64(from, count);
    put('"');
  }

  private void base64(byte[] raw, int count) {
    room((count + 2) / 3 * 4);
    byte[] into = bytes;
    int at = length;
    int whole = count - count % 3;
    for (int i = 0; i < whole; i += 3) {
      int bits = (raw[i] & 0xff) << 16 | (raw[i + 1] & 0xff) << 8 | (raw[i + 2] & 0xff);
      into[at] = DIGITS[bits >>> 18];
      into[at + 1] = DIGITS[bits >>> 12 & 63];
      into[at + 2] = DIGITS[bits >>> 6 & 63];
      into[at + 3] = DIGITS[bits & 63];
      at += 4;
    }
    if (count > whole) {
      int second = count - whole == 2 ? raw[whole + 1] & 0xff : 0;
      int bits = (raw[whole] & 0xff) << 16 | second << 8;
      into[at++] = DIGITS[bits >>> 18];
      into[at++] = DIGITS[bits >>> 12 & 63];
      into[at++] = count - whole == 2 ? DIGITS[bits >>> 6 & 63] : (byte) '=';
      into[at++] = '=';
    }
    length = at;
  }

  @Override
  public void timestamp(Field field, long seconds, int nanos) {
    key(field);
    put('"');
    utf8(Rfc3339.text(seconds, nanos));
    put('"');
  }

  @Override
  public void texts(Field field, List<String> values) {
    if (values.isEmpty()) return;
    key(field);
    put('[');
    for (String value : values) {
      comma();
      quote(value);
    }
    put(']');
  }

  @Override
  public void textMap(Field field, Map<String, String> values) {
    if (values.isEmpty()) return;
    key(field);
    put('{');
    for (var e : values.entrySet()) {
      comma();
      quote(e.getKey());
      put(':');
      quote(e.getValue());
    }
    put('}');
  }

  @Override
  public void open(Field field) {
    if (field.kind() != Field.Kind.MESSAGES) {
      key(field);
    } else if (arrays[level] == field) {
      put(',');
    } else {
      key(field);
      arrays[level] = field;
      put('[');
    }
    put('{');
    arrays[++level] = null;
  }

  @Override
  public void close() {
    endArray();
    level--;
    put('}');
  }

  @Override
  void reset() {
    length = 0;
    level = 0;
    arrays[0] = null;
    put('{');
  }

  @Override
  void finish() {
    endArray();
    put('}');
  }
}
