package atoll.agent.rpc;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A cursor over one JSON text in UTF-8, RFC 8259, that takes it apart without a tree: strict, and
/// in memory bounded by the text's own size. For one thread.
final class JsonText {
  /// As deep as other implementations go; needs no stack here.
  private static final int DEEPEST = 10_000;

  private final byte[] in;
  private final int end;
  private int at;

  JsonText(byte[] in, int length) {
    this.in = in;
    this.end = length;
  }

  RpcException bad(String what) {
    return RpcException.invalid("unmarshal message: " + what + " at offset " + at);
  }

  /// The next byte that is no blank, not taken; 0 at the end.
  int peek() {
    while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\t' || in[at] == '\r')) at++;
    return at < end ? in[at] : 0;
  }

  boolean take(char c) {
    if (peek() != c) return false;
    at++;
    return true;
  }

  void expect(char c) throws RpcException {
    if (!take(c)) throw bad("'" + c + "' was expected");
  }

  void end() throws RpcException {
    if (peek() != 0 || at < end) throw bad("text after the message");
  }

  /// Takes this word if it comes next.
  boolean word(String word) {
    peek();
    if (end - at < word.length()) return false;
    for (int i = 0; i < word.length(); i++) if (in[at + i] != word.charAt(i)) return false;
    at += word.length();
    return true;
  }

  String string() throws RpcException {
    expect('"');
    int start = at;
    while (at < end && in[at] != '"' && in[at] != '\\') {
      if (in[at] >= 0 && in[at] < 0x20) throw bad("a control character in a string");
      at++;
    }
    if (at == end) throw bad("a string that does not end");
    String head = utf8(start, at);
    if (in[at] != '"') return rest(new StringBuilder(head));
    at++;
    return head;
  }

  private String utf8(int from, int to) throws RpcException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(in, from, to - from))
          .toString();
    } catch (CharacterCodingException e) {
      throw bad("invalid UTF-8");
    }
  }

  /// The rest of a string from its first escape on.
  private String rest(StringBuilder out) throws RpcException {
    while (at < end) {
      byte b = in[at];
      if (b == '"') {
        at++;
        return out.toString();
      }
      if (b == '\\') {
        escape(out);
        continue;
      }
      int start = at;
      while (at < end && in[at] != '"' && in[at] != '\\') {
        if (in[at] >= 0 && in[at] < 0x20) throw bad("a control character in a string");
        at++;
      }
      out.append(utf8(start, at));
    }
    throw bad("a string that does not end");
  }

  private void escape(StringBuilder out) throws RpcException {
    char c = simpleEscape();
    out.append(c);
    if (Character.isLowSurrogate(c)) throw bad("a lone surrogate");
    if (!Character.isHighSurrogate(c)) return;
    if (at >= end || in[at] != '\\') throw bad("a lone surrogate");
    char low = simpleEscape();
    if (!Character.isLowSurrogate(low)) throw bad("a lone surrogate");
    out.append(low);
  }

  private char simpleEscape() throws RpcException {
    if (end - at < 2) throw bad("a string that does not end");
    at += 2;
    return switch (in[at - 1]) {
      case '"', '\\', '/' -> (char) in[at - 1];
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw bad("an unknown escape");
    };
  }

  private char unicode() throws RpcException {
    if (end - at < 4) throw bad("a string that does not end");
    int code = 0;
    for (int i = 0; i < 4; i++) {
      byte b = in[at++];
      int digit = b < 0 || b > 'f' ? -1 : Character.digit(b, 16);
      if (digit < 0) throw bad("a bad \\u escape");
      code = code << 4 | digit;
    }
    return (char) code;
  }

  /// A string of base64, standard or URL-safe, padded or not; mostly without a copy as text.
  byte[] base64() throws RpcException {
    if (peek() != '"') throw bad("a string was expected");
    int start = at + 1;
    int stop = start;
    while (stop < end && in[stop] != '"' && in[stop] != '\\') stop++;
    if (stop == end) throw bad("a string that does not end");
    if (in[stop] == '\\') {
      byte[] text = string().getBytes(StandardCharsets.UTF_8);
      return base64(text, 0, text.length);
    }
    at = stop + 1;
    return base64(in, start, stop);
  }

  private byte[] base64(byte[] text, int from, int to) throws RpcException {
    int stop = to;
    while (stop > from && text[stop - 1] == '=') stop--;
    boolean url = false;
    for (int i = from; i < stop && !url; i++) url = text[i] == '-' || text[i] == '_';
    Base64.Decoder decoder = url ? Base64.getUrlDecoder() : Base64.getDecoder();
    try {
      ByteBuffer decoded = decoder.decode(ByteBuffer.wrap(text, from, stop - from));
      byte[] bytes = decoded.array();
      return decoded.remaining() == bytes.length
          ? bytes
          : java.util.Arrays.copyOf(bytes, decoded.remaining());
    } catch (IllegalArgumentException notBase64) {
      throw bad("not base64");
    }
  }

  /// A number as JSON writes it.
  String number() throws RpcException {
    peek();
    int start = at;
    if (at < end && in[at] == '-') at++;
    int whole = at;
    if (digits() == 0 || in[whole] == '0' && at > whole + 1) throw bad("a number was expected");
    if (at < end && in[at] == '.') {
      at++;
      if (digits() == 0) throw bad("a digit was expected");
    }
    if (at < end && (in[at] == 'e' || in[at] == 'E')) {
      at++;
      if (at < end && (in[at] == '+' || in[at] == '-')) at++;
      if (digits() == 0) throw bad("a digit was expected");
    }
    return new String(in, start, at - start, StandardCharsets.ISO_8859_1);
  }

  private int digits() {
    int start = at;
    while (at < end && in[at] >= '0' && in[at] <= '9') at++;
    return at - start;
  }

  /// Passes over one value of any kind, checked as strictly as those that are used.
  void skip() throws RpcException {
    var objects = new java.util.BitSet();
    int depth = 0;
    do {
      if (depth > DEEPEST) throw bad("nested deeper than " + DEEPEST);
      int c = peek();
      if (c == '{' || c == '[') {
        at++;
        objects.set(depth, c == '{');
        if (take(c == '{' ? '}' : ']')) {
          depth = afterValue(depth, objects);
          continue;
        }
        depth++;
        if (c == '{') memberName();
      } else {
        scalar(c);
        depth = afterValue(depth, objects);
      }
    } while (depth > 0);
  }

  private void memberName() throws RpcException {
    string();
    expect(':');
  }

  /// Closes what ends after a value; the depth of the next one.
  private int afterValue(int depth, java.util.BitSet objects) throws RpcException {
    int level = depth;
    while (level > 0) {
      boolean object = objects.get(level - 1);
      if (take(',')) {
        if (object) memberName();
        return level;
      }
      expect(object ? '}' : ']');
      level--;
    }
    return 0;
  }

  private void scalar(int first) throws RpcException {
    if (first == '"') string();
    else if (!word("true") && !word("false") && !word("null")) number();
  }
}
