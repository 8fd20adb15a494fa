package atoll.control.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.io.ByteArrayOutputStream;

/// A request whose body is still arriving, bounded before it is kept.
final class Assembly {
  private final HttpRequest head;
  private final int limit;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  Assembly(HttpRequest head, int limit) {
    this.head = head;
    this.limit = limit;
    if (HttpUtil.getContentLength(head, -1L) > limit) throw tooLarge();
    checkHost();
    checkCodings();
    String expectation = head.headers().get(HttpHeaderNames.EXPECT);
    if (expectation != null && !HttpUtil.is100ContinueExpected(head)) {
      throw new Fault(417, "expectation_failed", "only Expect: 100-continue is understood");
    }
  }

  /// Two of them mean two things to two readers (RFC 9112, section 3.2); none harms nobody here.
  private void checkHost() {
    if (head.headers().getAll(HttpHeaderNames.HOST).size() > 1)
      throw Fault.badRequest("the header Host stands more than once");
  }

  /// A body in a coding that we do not read has an end that we do not find.
  private void checkCodings() {
    var codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!codings.isEmpty() && !String.join(",", codings).equalsIgnoreCase("chunked"))
      throw new Fault(
          501, "bad_request", "the only Transfer-Encoding known here is chunked", Fault.FINAL);
    String content = head.headers().get(HttpHeaderNames.CONTENT_ENCODING);
    if (content != null && !content.equalsIgnoreCase("identity"))
      throw new Fault(415, "bad_request", "a body must come without a Content-Encoding");
  }

  boolean wantsContinue() {
    return HttpUtil.is100ContinueExpected(head);
  }

  boolean keepsAlive() {
    return HttpUtil.isKeepAlive(head);
  }

  boolean fromOtherOrigin() {
    return head.headers().contains(HttpHeaderNames.ORIGIN);
  }

  void append(ByteBuf bytes) {
    if (body.size() + bytes.readableBytes() > limit) throw tooLarge();
    var chunk = new byte[bytes.readableBytes()];
    bytes.getBytes(bytes.readerIndex(), chunk);
    body.writeBytes(chunk);
  }

  private Fault tooLarge() {
    return new Fault(413, "body_too_large", "the request body is larger than " + limit + " bytes");
  }

  Request complete(String id) {
    return new Request(
        id, head.method().name(), Target.parse(head.uri()), head.headers(), body.toByteArray());
  }
}
