package atoll.agent.rpc;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Encodes one message, field by field, into an array that can be used again.
///
/// The rule of proto3 for what is left out is the caller's choice of method: plain methods leave
/// out default values, `optional` ones only what is null, and [#open] and [#bytes] write always.
/// For one thread.
public abstract sealed class MessageWriter permits JsonMessageWriter, ProtoMessageWriter {
  private static final int START = 256;

  byte[] bytes = new byte[START];
  int length;

  /// Left out if empty.
  public final void text(Field field, String value) {
    if (!value.isEmpty()) putText(field, value);
  }

  /// Left out if null.
  public final void optionalText(Field field, String value) {
    if (value != null) putText(field, value);
  }

  abstract void putText(Field field, String value);

  /// Left out if false.
  public abstract void flag(Field field, boolean value);

  /// An unsigned 32-bit number; left out if 0.
  public abstract void uint32(Field field, long value);

  public abstract void sint32(Field field, int value);

  public abstract void int64(Field field, long value);

  /// Left out if 0.
  public abstract void enumeration(Field field, int value);

  /// Written even if empty: for members of a oneof.
  public abstract void bytes(Field field, byte[] from, int count);

  /// Seconds since the epoch, and nanoseconds from 0 to 999,999,999 after them.
  public abstract void timestamp(Field field, long seconds, int nanos);

  public abstract void texts(Field field, List<String> values);

  public abstract void textMap(Field field, Map<String, String> values);

  /// Begins a message, or one more message of a repeated field; items of one field follow each
  /// other.
  public abstract void open(Field field);

  /// Ends the message begun last.
  public abstract void close();

  /// Forgets what was written and begins again.
  abstract void reset();

  /// Completes the message; [#bytes] then holds [#length] bytes of it.
  abstract void finish();

  final void room(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }

  final void put(int b) {
    if (length == bytes.length) room(1);
    bytes[length++] = (byte) b;
  }

  final void put(byte[] from, int count) {
    room(count);
    System.arraycopy(from, 0, bytes, length, count);
    length += count;
  }

  /// Appends text as UTF-8; lone surrogates become U+FFFD.
  final void utf8(String text) {
    room(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) put(c);
      else i += beyondAscii(text, i);
    }
  }

  /// Appends the code point at `i`; how many further chars it took.
  final int beyondAscii(String text, int i) {
    int code = text.codePointAt(i);
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x800) {
      put(0xc0 | code >> 6);
    } else if (code < 0x10000) {
      put(0xe0 | code >> 12);
      put(0x80 | code >> 6 & 0x3f);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | code >> 12 & 0x3f);
      put(0x80 | code >> 6 & 0x3f);
    }
    put(0x80 | code & 0x3f);
    return code >= 0x10000 ? 1 : 0;
  }
}
