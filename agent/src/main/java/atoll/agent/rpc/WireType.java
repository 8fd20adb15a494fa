package atoll.agent.rpc;

import atoll.agent.http.Request;
import java.io.IOException;

/// How a call's messages travel, by the request's content type.
///
/// @param contentType of the answer
record WireType(Protocol protocol, Codec codec, String contentType) {
  static final String GZIP = "gzip";
  private static final String GRPC =
      "application/grpc, application/grpc+json, application/grpc+proto, application/grpc-web,"
          + " application/grpc-web+json, application/grpc-web+proto";
  static final String UNARY = GRPC + ", application/json, application/proto";
  static final String STREAM = "application/connect+json, application/connect+proto, " + GRPC;
  private static final String IDENTITY = "identity";

  /// Null if the request's content type is none of a Connect unary call.
  static Codec unary(Request request) {
    for (Codec codec : Codec.values()) {
      if (request.mediaType().equals(codec.unaryType()) && plain(request, codec)) return codec;
    }
    return null;
  }

  /// Null if the request's content type is none of a stream's.
  static WireType stream(Request request) {
    String type = request.mediaType();
    for (Protocol protocol : Protocol.values()) {
      for (Codec codec : Codec.values()) {
        if (protocol.names(type, codec) && plain(request, codec))
          return new WireType(protocol, codec, type);
      }
    }
    return null;
  }

  /// Null unless the request is gRPC's, which frames unary calls like streams.
  static WireType grpc(Request request) {
    WireType wire = stream(request);
    return wire == null || wire.protocol == Protocol.CONNECT ? null : wire;
  }

  /// Whether the type has no parameters but the one that JSON may have.
  private static boolean plain(Request request, Codec codec) {
    String sent = request.header("Content-Type");
    int semicolon = sent.indexOf(';');
    if (semicolon < 0) return true;
    return codec == Codec.JSON
        && sent.substring(semicolon + 1).strip().equalsIgnoreCase("charset=utf-8");
  }

  static MessageBytes unaryBody(Request request, MessageMemory.Share share)
      throws IOException, RpcException {
    boolean gzip = isGzip(request.header("Content-Encoding"));
    MessageBytes body = MessageBytes.readAll(request.body(), share);
    return gzip && body.length() > 0 ? body.gunzipped(share) : body;
  }

  /// Whether the messages of a client's stream may be compressed.
  boolean gzipRequest(Request request) throws RpcException {
    return isGzip(request.header(protocol.encoding()));
  }

  private static boolean isGzip(String encoding) throws RpcException {
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

  boolean gzipEvents(Request request) {
    return takes(request, protocol.accepted(), protocol.encoding());
  }

  private static boolean takes(Request request, String accepted, String sent) {
    String list = request.header(accepted);
    if (list == null || list.isEmpty()) return GZIP.equals(request.header(sent));
    for (String item : list.split(",", -1)) if (item.strip().equals(GZIP)) return true;
    return false;
  }
}
