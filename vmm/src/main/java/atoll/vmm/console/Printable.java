package atoll.vmm.console;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Turns the bytes of a guest's console into text that is safe to show: UTF-8 is kept, all else
/// loses its teeth.
///
/// Terminal control sequences (ECMA-48, `ESC [ … letter`) vanish, carriage returns too; every other
/// control character, and every character that reorders or hides text, becomes a dot. Not safe for
/// use by two threads.
final class Printable {
  private enum State {
    TEXT,
    ESCAPE,
    SEQUENCE
  }

  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private final ByteBuffer carry = ByteBuffer.allocate(8);
  private State state = State.TEXT;

  /// Consumes all bytes; a character cut at the end waits for its rest.
  String text(ByteBuffer bytes) {
    var in =
        ByteBuffer.allocate(carry.flip().remaining() + bytes.remaining())
            .put(carry)
            .put(bytes)
            .flip();
    var out = CharBuffer.allocate(in.remaining() + 1);
    decoder.reset().decode(in, out, false);
    carry.clear().put(in);
    return harmless(out.flip());
  }

  private String harmless(CharBuffer raw) {
    var clean = new StringBuilder(raw.length());
    while (raw.hasRemaining()) accept(raw.get(), clean);
    return clean.toString();
  }

  private void accept(char c, StringBuilder clean) {
    switch (state) {
      case TEXT -> {
        if (c == 0x1b) state = State.ESCAPE;
        else if (c != '\r') clean.append(isSafe(c) ? c : '.');
      }
      case ESCAPE -> {
        state = c == '[' ? State.SEQUENCE : State.TEXT;
        if (state == State.TEXT) accept(c, clean.append('.'));
      }
      case SEQUENCE -> {
        if (c == '\n') clean.append(c);
        if (c < 0x20 || c >= 0x40) state = State.TEXT;
      }
    }
  }

  private static boolean isSafe(char c) {
    if (c == '\n' || c == '\t') return true;
    if (c < 0x7f) return c >= 0x20;
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.FORMAT
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.PRIVATE_USE;
  }
}
