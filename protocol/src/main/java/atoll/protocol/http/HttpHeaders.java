package atoll.protocol.http;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The header fields of one message, in the order sent; names compare without regard to letter
/// case.
///
/// Not safe for several threads. Values are Latin-1 text, as HTTP has it.
public final class HttpHeaders {
  /// Far more than anybody sends; a field costs more memory than its bytes on the wire.
  private static final int MOST_FIELDS = 2000;

  private final List<String> fields = new ArrayList<>(32);

  /// Reads fields up to and including the empty line.
  ///
  /// @param limit bytes for all of them together; more is refused with 431
  public static HttpHeaders read(WireInput in, int limit) throws IOException {
    var headers = new HttpHeaders();
    int left = limit;
    while (true) {
      String line = in.line(left);
      if (line == null) throw new HttpException(400, "the head ends early");
      if (line.isEmpty()) return headers;
      if (headers.size() == MOST_FIELDS) throw new HttpException(431, "too many header fields");
      left -= line.length() + 2;
      if (left < 0) throw new HttpException(431, "the head is too large");
      headers.parse(line);
    }
  }

  private void parse(String line) throws HttpException {
    int colon = line.indexOf(':');
    if (colon <= 0) throw new HttpException(400, "malformed header line");
    for (int i = 0; i < colon; i++) {
      if (!isToken(line.charAt(i))) throw new HttpException(400, "invalid header name");
    }
    int start = colon + 1;
    int stop = line.length();
    while (start < stop && isBlank(line.charAt(start))) start++;
    while (stop > start && isBlank(line.charAt(stop - 1))) stop--;
    for (int i = start; i < stop; i++) {
      char c = line.charAt(i);
      if (c < 0x20 && c != '\t' || c == 0x7f) throw new HttpException(400, "invalid header value");
    }
    add(line.substring(0, colon), line.substring(start, stop));
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /// Whether names and methods may have this character, RFC 9110 section 5.6.2.
  public static boolean isToken(char c) {
    return c > 0x20 && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
  }

  public HttpHeaders add(String name, String value) {
    fields.add(name);
    fields.add(value);
    return this;
  }

  /// The first value of that name, or null.
  public String first(String name) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) return fields.get(i + 1);
    }
    return null;
  }

  public List<String> all(String name) {
    var values = new ArrayList<String>(2);
    for (int i = 0; i < fields.size(); i += 2) {
      if (fields.get(i).equalsIgnoreCase(name)) values.add(fields.get(i + 1));
    }
    return values;
  }

  /// Whether a comma-separated list field holds this word.
  public boolean lists(String name, String word) {
    for (int i = 0; i < fields.size(); i += 2) {
      if (!fields.get(i).equalsIgnoreCase(name)) continue;
      for (String item : fields.get(i + 1).split(",", -1)) {
        if (item.strip().equalsIgnoreCase(word)) return true;
      }
    }
    return false;
  }

  public int size() {
    return fields.size() / 2;
  }

  public String name(int index) {
    return fields.get(index * 2);
  }

  public String value(int index) {
    return fields.get(index * 2 + 1);
  }

  void writeTo(StringBuilder out) throws HttpException {
    for (int i = 0; i < fields.size(); i += 2) {
      String value = fields.get(i + 1);
      if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0) {
        throw new HttpException(400, "line break in header " + fields.get(i));
      }
      out.append(fields.get(i)).append(": ").append(value).append("\r\n");
    }
  }
}
