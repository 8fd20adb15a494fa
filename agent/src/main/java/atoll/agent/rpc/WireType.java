package atoll.agent.rpc;

import atoll.agent.http.Request;
import java.io.IOException;

/// What a request's headers say of codecs and compression.
final class WireType {
  static final String GZIP = "gzip";
  static final String UNARY = "application/json, application/proto";
  static final String STREAM = "application/connect+json, application/connect+proto";
  private static final String IDENTITY = "identity";

  private WireType() {}

  /// Null if the request's content type is none of a unary call.
  static Codec unary(Request request) {
    for (Codec codec : Codec.values()) if (accepts(request, codec.unaryType(), codec)) return codec;
    return null;
  }

  /// Null if the request's content type is none of a streaming call.
  static Codec stream(Request request) {
    for (Codec codec : Codec.values()) {
      if (accepts(request, codec.streamType(), codec)) return codec;
    }
    return null;
  }

  private static boolean accepts(Request request, String type, Codec codec) {
    String sent = request.header("Content-Type");
    if (sent == null || !request.mediaType().equals(type)) return false;
    int semicolon = sent.indexOf(';');
    if (semicolon < 0) return true;
    return codec == Codec.JSON
        && sent.substring(semicolon + 1).strip().equalsIgnoreCase("charset=utf-8");
  }

  static MessageBytes unaryBody(Request request, MessageMemory.Share share)
      throws IOException, RpcException {
    boolean gzip = gzip(request.header("Content-Encoding"));
    MessageBytes body = MessageBytes.readAll(request.body(), share);
    return gzip && body.length() > 0 ? body.gunzipped(share) : body;
  }

  /// Whether the messages of a client's stream may be compressed.
  static boolean gzipRequest(Request request) throws RpcException {
    return gzip(request.header("Connect-Content-Encoding"));
  }

  private static boolean gzip(String encoding) throws RpcException {
    if (encoding == null || encoding.isEmpty() || encoding.equals(IDENTITY)) return false;
    if (encoding.equals(GZIP)) return true;
    throw RpcException.unimplemented(
        "unknown compression \"" + encoding + "\": supported encodings are gzip");
  }

  /// Whether a unary answer may be compressed: if the client says so, or, saying nothing, did it
  /// itself.
  static boolean gzipAnswer(Request request) {
    return takes(request, "Accept-Encoding", "Content-Encoding");
  }

  static boolean gzipEvents(Request request) {
    return takes(request, "Connect-Accept-Encoding", "Connect-Content-Encoding");
  }

  private static boolean takes(Request request, String accepted, String sent) {
    String list = request.header(accepted);
    if (list == null || list.isEmpty()) return GZIP.equals(request.header(sent));
    for (String item : list.split(",", -1)) if (item.strip().equals(GZIP)) return true;
    return false;
  }
}
