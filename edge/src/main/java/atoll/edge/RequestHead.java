package atoll.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// The head of one request, checked: what routes it, what frames it, and what the client wants of
/// its connection.
///
/// @param target as sent: origin-form (`/path?query`) or `*`
/// @param length bytes of the body or [Framing#CHUNKED]
/// @param old HTTP/1.0: gets one answer and then the end of the connection
/// @param nominated fields that end at this hop
record RequestHead(
    String method,
    String target,
    boolean old,
    long length,
    boolean close,
    boolean upgrade,
    boolean expects,
    String host,
    String sandboxId,
    String sandboxPort,
    Set<String> nominated) {
  private static final int LONGEST_METHOD = 32;
  private static final String[] COMMON = {
    "GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS"
  };
  private static final byte[] UPGRADE_OPTION =
      "Connection: Upgrade\r\n".getBytes(StandardCharsets.US_ASCII);

  static RequestHead parse(Head head) throws BadMessage {
    byte[] bytes = head.bytes();
    int methodEnd = methodEnd(bytes);
    int targetEnd = targetEnd(head, methodEnd + 1);
    boolean old = old(head, targetEnd + 1);
    String method = method(head, methodEnd);
    String target = target(head, method, methodEnd + 1, targetEnd);
    return of(method, target, old, Fields.read(head));
  }

  private static RequestHead of(String method, String target, boolean old, Fields fields)
      throws BadMessage {
    if (fields.host() == null && !old) throw BadMessage.of("missing Host");
    if (old && fields.length() == Framing.CHUNKED)
      throw BadMessage.of("HTTP/1.0 knows no Transfer-Encoding");
    long length = fields.length() == Fields.NO_LENGTH ? 0 : fields.length();
    boolean upgrade = fields.upgrade() && !old && length == 0;
    return new RequestHead(
        method,
        target,
        old,
        length,
        fields.close() || old,
        upgrade,
        fields.expects(),
        fields.host(),
        fields.sandboxId(),
        fields.sandboxPort(),
        fields.nominated());
  }

  private static int methodEnd(byte[] bytes) throws BadMessage {
    int at = 0;
    while (at < LONGEST_METHOD && Ascii.token(bytes[at])) at++;
    if (at == 0 || bytes[at] != ' ') throw BadMessage.of("malformed request line");
    return at;
  }

  private static int targetEnd(Head head, int from) throws BadMessage {
    int at = from;
    while (at < head.startLineEnd() && !Ascii.blank(head.bytes()[at])) at++;
    if (at == from || head.bytes()[at] != ' ') throw BadMessage.of("malformed request line");
    return at;
  }

  private static boolean old(Head head, int from) throws BadMessage {
    return switch (head.text(from, head.startLineEnd())) {
      case "HTTP/1.1" -> false;
      case "HTTP/1.0" -> true;
      case "HTTP/2.0" -> throw new BadMessage(505, "this address speaks HTTP/1.1");
      default -> throw BadMessage.of("malformed request line");
    };
  }

  private static String method(Head head, int end) {
    for (String common : COMMON) {
      if (common.length() == end && matches(head.bytes(), common)) return common;
    }
    return head.text(0, end);
  }

  private static boolean matches(byte[] bytes, String text) {
    for (int i = 0; i < text.length(); i++) if (bytes[i] != text.charAt(i)) return false;
    return true;
  }

  private static String target(Head head, String method, int from, int to) throws BadMessage {
    if (method.equals("CONNECT")) throw new BadMessage(405, "CONNECT is not offered here");
    boolean asterisk = to - from == 1 && head.bytes()[from] == '*';
    if (head.bytes()[from] != '/' && !asterisk)
      throw BadMessage.of("the request target must begin with a slash");
    return head.text(from, to);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  /// Whether it may be sent again when a kept connection turns out dead: nothing but its head, and
  /// no effect counted twice.
  boolean repeatable() {
    return length == 0
        && !upgrade
        && switch (method) {
          case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
          default -> false;
        };
  }

  /// The head as the guest gets it. `head` must still hold this request.
  ///
  /// @param withUpgrade whether an offer to upgrade travels on
  ByteBuf forGuest(Head head, ByteBufAllocator buffers, boolean withUpgrade) {
    int end = head.startLineEnd() + 2;
    ByteBuf out = buffers.ioBuffer(1024, Head.LONGEST + UPGRADE_OPTION.length + 2);
    out.writeBytes(head.bytes(), 0, end);
    head.copyFields(out, nominated, withUpgrade);
    if (withUpgrade) out.writeBytes(UPGRADE_OPTION);
    return out.writeShort('\r' << 8 | '\n');
  }
}
