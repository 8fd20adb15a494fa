package atoll.agent.rpc;

import atoll.agent.http.Response;
import java.nio.charset.StandardCharsets;

/// The protocols that a call may come by. Their messages are framed alike; they differ in the names
/// of headers and in how a stream tells its end.
enum Protocol {
  CONNECT("application/connect", "Connect-Content-Encoding", "Connect-Accept-Encoding"),

  /// Over HTTP/1.1: the status comes in the trailers of a chunked body.
  GRPC("application/grpc", "Grpc-Encoding", "Grpc-Accept-Encoding"),

  /// The status comes in a last frame of its own.
  GRPC_WEB("application/grpc-web", "Grpc-Encoding", "Grpc-Accept-Encoding");

  private static final String HEX = "0123456789ABCDEF";

  private final String prefix;
  private final String encoding;
  private final String accepted;

  Protocol(String prefix, String encoding, String accepted) {
    this.prefix = prefix;
    this.encoding = encoding;
    this.accepted = accepted;
  }

  String encoding() {
    return encoding;
  }

  String accepted() {
    return accepted;
  }

  /// Whether this media type is this protocol's with that codec; gRPC's own name alone means the
  /// binary form.
  boolean names(String mediaType, Codec codec) {
    if (this != CONNECT && codec == Codec.PROTO && mediaType.equals(prefix)) return true;
    return mediaType.equals(prefix + "+" + codec.suffix());
  }

  void headers(Response response, boolean compressed) {
    response.header(accepted, WireType.GZIP);
    if (compressed) response.header(encoding, WireType.GZIP);
    if (this == GRPC) response.header("Trailer", "Grpc-Status, Grpc-Message");
  }

  /// The flags of the frame that ends a stream; 0 if it ends by trailers.
  int endFlags() {
    return switch (this) {
      case CONNECT -> 2;
      case GRPC -> 0;
      case GRPC_WEB -> 0x80;
    };
  }

  /// What that frame holds, or the trailers.
  byte[] end(RpcException error) {
    String text =
        this == CONNECT
            ? error == null ? "{}" : "{\"error\":" + error.json() + "}"
            : "Grpc-Status: "
                + (error == null ? 0 : error.code().number())
                + "\r\nGrpc-Message: "
                + (error == null ? "" : escaped(error.getMessage()))
                + "\r\n";
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// As gRPC writes messages: printable ASCII as it is, all else percent-encoded.
  private static String escaped(String message) {
    var out = new StringBuilder();
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0x20 && b < 0x7f && b != '%') out.append((char) b);
      else out.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
    }
    return out.toString();
  }
}
