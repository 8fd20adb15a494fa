package atoll.edge;

import atoll.core.json.Json;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/// An answer that the edge gives itself. Its texts are part of the contract: the SDKs tell errors
/// apart by two phrases in them.
record LocalReply(int status, String type, String body) {
  private static final String JSON = "application/json; charset=utf-8";
  private static final String TEXT = "text/plain; charset=utf-8";

  static LocalReply bad(BadMessage message) {
    return new LocalReply(message.status(), TEXT, message.getMessage() + "\n");
  }

  /// No such sandbox, or it has ended. 502 and not 404: the SDKs rely on it.
  static LocalReply notFound(Target target) {
    return json(
        502,
        Json.object(
            "sandboxId", target.id().value(), "message", "The sandbox was not found", "code", 502));
  }

  static LocalReply closedPort(Target target) {
    return unreachable(target, "The sandbox is running but port is not open");
  }

  /// Lives and took the connection, or should have, and gave no usable answer.
  static LocalReply unreachable(Target target, String message) {
    return json(
        502,
        Json.object(
            "sandboxId",
            target.id().value(),
            "message",
            message,
            "port",
            target.port(),
            "code",
            502));
  }

  static LocalReply tooMany(Target target, int limit) {
    String message = "The sandbox has reached its limit of " + limit + " connections";
    return json(
        429,
        Json.object(
            "sandboxId",
            target.id().value(),
            "message",
            message,
            "code",
            429,
            "connectionLimit",
            limit));
  }

  static LocalReply internalRoute(String path) {
    return json(
        404,
        Json.object(
            "message", "This path is not reachable from outside", "path", path, "code", 404));
  }

  private static LocalReply json(int status, Json.Obj body) {
    return new LocalReply(status, JSON, body.toString());
  }

  /// @param toHead leaves the body out, as the answer to a HEAD must
  ByteBuf encode(ByteBufAllocator buffers, boolean toHead, boolean closing) {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + " "
            + phrase()
            + "\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + content.length
            + "\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n"
            + (status == 429 ? "Retry-After: 1\r\n" : "")
            + (closing ? "Connection: close\r\n\r\n" : "\r\n");
    ByteBuf out = buffers.ioBuffer(head.length() + content.length);
    out.writeCharSequence(head, StandardCharsets.US_ASCII);
    return toHead ? out : out.writeBytes(content);
  }

  private String phrase() {
    return switch (status) {
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 501 -> "Not Implemented";
      case 505 -> "HTTP Version Not Supported";
      default -> "Bad Gateway";
    };
  }
}
