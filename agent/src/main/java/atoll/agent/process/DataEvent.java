package atoll.agent.process;

/// Encodes output into data events, in one array that is used again. For one thread.
final class DataEvent {
  private static final byte[] DIGITS =
      ProcessEvents.ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  private static final byte[] TAIL = ProcessEvents.ascii("\"}}}");

  static final byte[] STDOUT = ProcessEvents.ascii("{\"event\":{\"data\":{\"stdout\":\"");
  static final byte[] STDERR = ProcessEvents.ascii("{\"event\":{\"data\":{\"stderr\":\"");
  static final byte[] PTY = ProcessEvents.ascii("{\"event\":{\"data\":{\"pty\":\"");

  private byte[] bytes = new byte[1024];

  byte[] bytes() {
    return bytes;
  }

  /// Encodes the first `count` bytes of `raw`; the length of the event.
  int encode(byte[] head, byte[] raw, int count) {
    int size = head.length + (count + 2) / 3 * 4 + TAIL.length;
    if (bytes.length < size) bytes = new byte[size];
    System.arraycopy(head, 0, bytes, 0, head.length);
    int at = base64(raw, count, bytes, head.length);
    System.arraycopy(TAIL, 0, bytes, at, TAIL.length);
    return size;
  }

  private static int base64(byte[] raw, int count, byte[] into, int at) {
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
    return at;
  }
}
