package atoll.protocol.http;

import java.io.IOException;
import java.io.InputStream;

/// A reply whose head was read; the body is still on the wire and must be read before the next
/// request.
public record HttpReply(int status, HttpHeaders headers, InputStream body) {
  /// The whole body, refused if it is longer than `limit` bytes.
  public byte[] bytes(int limit) throws IOException {
    byte[] bytes = body.readNBytes(limit);
    if (bytes.length == limit && body.read() >= 0) {
      throw new HttpException(502, "a reply longer than " + limit + " bytes");
    }
    return bytes;
  }
}
