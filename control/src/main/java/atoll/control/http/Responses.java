package atoll.control.http;

import atoll.core.json.JsonWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/// Writes replies as HTTP responses.
final class Responses {
  private static final String EXPOSED =
      "X-Next-Token, X-Total-Running, X-Request-Id, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Retry-After, Should-Retry";
  private static final String ALLOWED_HEADERS =
      "Authorization, Content-Type, Idempotency-Key, X-API-Key, X-Team-ID, User-Agent, browser, lang, lang_version, package_version, publisher, sdk_runtime, system";

  private Responses() {}

  static FullHttpResponse of(
      Reply reply, String requestId, boolean crossOrigin, boolean keepAlive) {
    ByteBuf content =
        reply.body() == null
            ? Unpooled.EMPTY_BUFFER
            : Unpooled.copiedBuffer(JsonWriter.write(reply.body()), StandardCharsets.UTF_8);
    var response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), content);
    var headers = response.headers();
    if (reply.body() != null)
      headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON);
    if (reply.status() != 204)
      headers.setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
    headers.set("X-Request-Id", requestId);
    if (crossOrigin) allowEveryOrigin(response);
    reply.headers().forEach(headers::set);
    headers.set(
        HttpHeaderNames.CONNECTION,
        keepAlive ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    return response;
  }

  private static void allowEveryOrigin(FullHttpResponse response) {
    response.headers().set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    response.headers().set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
  }

  /// The answer to a browser that asks before it sends.
  static Reply preflight() {
    return Reply.noContent()
        .with("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE, OPTIONS")
        .with("Access-Control-Allow-Headers", ALLOWED_HEADERS)
        .with("Access-Control-Max-Age", "7200");
  }
}
