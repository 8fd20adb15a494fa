package atoll.protocol.http;

import java.io.InputStream;
import java.util.List;

/// Which bytes after a head belong to its message: the framing rules of RFC 9112, section 6.
public final class HttpBody {
  private HttpBody() {}

  /// The body of a request; empty if it announces none.
  public static InputStream ofRequest(WireInput in, HttpHeaders headers) throws HttpException {
    if (chunked(headers)) return new ChunkedInput(in);
    long length = length(headers);
    return length <= 0 ? InputStream.nullInputStream() : new FixedInput(in, length);
  }

  /// The body of a reply; one of unknown length goes to the end of the connection.
  static InputStream ofReply(WireInput in, HttpHeaders headers, int status) throws HttpException {
    if (status < 200 || status == 204 || status == 304) return InputStream.nullInputStream();
    if (chunked(headers)) return new ChunkedInput(in);
    long length = length(headers);
    return length < 0 ? in : new FixedInput(in, length);
  }

  private static boolean chunked(HttpHeaders headers) throws HttpException {
    String coding = headers.first("Transfer-Encoding");
    if (coding == null) return false;
    if (!coding.equalsIgnoreCase("chunked") || headers.all("Transfer-Encoding").size() > 1) {
      throw new HttpException(501, "unsupported transfer encoding");
    }
    return true;
  }

  /// The Content-Length, or -1. Repeated equal values are one value.
  public static long length(HttpHeaders headers) throws HttpException {
    String text = headers.first("Content-Length");
    if (text == null) return -1;
    List<String> all = headers.all("Content-Length");
    for (int i = 1; i < all.size(); i++) {
      if (!all.get(i).equals(text)) throw new HttpException(400, "contradicting Content-Length");
    }
    if (text.isEmpty() || text.length() > 18) throw new HttpException(400, "bad Content-Length");
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) throw new HttpException(400, "bad Content-Length");
      length = length * 10 + digit;
    }
    return length;
  }
}
