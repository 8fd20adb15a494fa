package atoll.core.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// A strict reader of one JSON text: no comments, no trailing text, no duplicate names, no lone
/// surrogates, bounded depth.
///
/// The caller bounds the length before it reads the text into memory.
public final class JsonReader {
  /// Deepest nesting accepted; each level costs one stack frame pair.
  public static final int MAX_DEPTH = 200;

  private final String text;
  private int at;

  private JsonReader(String text) {
    this.text = text;
  }

  /// Reads UTF-8. Throws [JsonException] for anything that is not exactly one JSON value.
  public static Json read(byte[] utf8) {
    try {
      return read(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
    } catch (CharacterCodingException e) {
      throw new JsonException("not valid UTF-8", e);
    }
  }

  public static Json read(String text) {
    var reader = new JsonReader(text);
    reader.skipBlanks();
    Json value = reader.value(0);
    reader.skipBlanks();
    if (reader.at != text.length()) throw reader.bad("text after the value");
    return value;
  }

  /// As [#read(byte[])], for texts that must be an object.
  public static Json.Obj readObject(byte[] utf8) {
    if (read(utf8) instanceof Json.Obj object) return object;
    throw new JsonException("an object was expected", 0);
  }

  private Json value(int depth) {
    if (depth > MAX_DEPTH) throw bad("nested deeper than " + MAX_DEPTH);
    if (at >= text.length()) throw bad("the text ends early");
    return switch (text.charAt(at)) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> new Json.Text(string());
      case 't' -> word("true", new Json.Bool(true));
      case 'f' -> word("false", new Json.Bool(false));
      case 'n' -> word("null", Json.NULL);
      default -> number();
    };
  }

  private Json object(int depth) {
    var members = new LinkedHashMap<String, Json>();
    at++;
    skipBlanks();
    if (take('}')) return new Json.Obj(members);
    do {
      skipBlanks();
      if (peek() != '"') throw bad("a member name was expected");
      String name = string();
      skipBlanks();
      if (!take(':')) throw bad("':' was expected");
      skipBlanks();
      if (members.put(name, value(depth + 1)) != null) throw bad("duplicate member");
      skipBlanks();
    } while (take(','));
    if (!take('}')) throw bad("',' or '}' was expected");
    return new Json.Obj(members);
  }

  private Json array(int depth) {
    var items = new ArrayList<Json>();
    at++;
    skipBlanks();
    if (take(']')) return new Json.Arr(items);
    do {
      skipBlanks();
      items.add(value(depth + 1));
      skipBlanks();
    } while (take(','));
    if (!take(']')) throw bad("',' or ']' was expected");
    return new Json.Arr(items);
  }

  private String string() {
    int start = ++at;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') return text.substring(start, at++);
      if (c == '\\' || c < 0x20 || Character.isSurrogate(c)) break;
    }
    var out = new StringBuilder(text.substring(start, at));
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') return out.toString();
      if (c < 0x20) throw bad("control character in a string");
      if (c == '\\') c = escape();
      out.append(c);
      if (Character.isHighSurrogate(c)) out.append(lowSurrogate());
      else if (Character.isLowSurrogate(c)) throw bad("lone surrogate");
    }
    throw bad("a string does not end");
  }

  private char lowSurrogate() {
    char c = at < text.length() ? text.charAt(at++) : 0;
    if (c == '\\') c = escape();
    if (!Character.isLowSurrogate(c)) throw bad("lone surrogate");
    return c;
  }

  private char escape() {
    char c = at < text.length() ? text.charAt(at++) : 0;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw bad("unknown escape");
    };
  }

  private char unicode() {
    if (at + 4 > text.length()) throw bad("the text ends early");
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = hex(text.charAt(at++));
      if (digit < 0) throw bad("bad \\u escape");
      code = code << 4 | digit;
    }
    return (char) code;
  }

  private static int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  }

  private Json number() {
    int start = at;
    take('-');
    if (!take('0') && digits() == 0) throw bad("a value was expected");
    if (take('.') && digits() == 0) throw bad("a digit was expected");
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (digits() == 0) throw bad("a digit was expected");
    }
    return new Json.Num(text.substring(start, at));
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    return at - start;
  }

  private Json word(String word, Json value) {
    if (!text.startsWith(word, at)) throw bad("a value was expected");
    at += word.length();
    return value;
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) at++;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  private boolean take(char c) {
    if (peek() != c || at >= text.length()) return false;
    at++;
    return true;
  }

  private JsonException bad(String message) {
    return new JsonException(message, at);
  }
}
