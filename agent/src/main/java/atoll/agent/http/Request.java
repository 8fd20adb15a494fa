package atoll.agent.http;

import atoll.protocol.http.HttpHeaders;
import java.io.InputStream;

/// One request: its head, and the body still on the wire.
///
/// @param path as sent, not decoded
/// @param query without the question mark, or null
/// @param http10 whether the client speaks HTTP/1.0
public record Request(
    String method,
    String path,
    String query,
    boolean http10,
    HttpHeaders headers,
    InputStream body) {
  /// The first value of this header, or null.
  public String header(String name) {
    return headers.first(name);
  }

  /// The media type without its parameters, in lower case; empty if none was sent.
  public String mediaType() {
    String type = headers.first("Content-Type");
    if (type == null) return "";
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon))
        .strip()
        .toLowerCase(java.util.Locale.ROOT);
  }
}
