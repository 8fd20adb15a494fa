package atoll.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// The head of a guest's reply, checked: hostile until then.
///
/// @param length bytes of the body, [Framing#CHUNKED] or [Framing#UNTIL_CLOSE]
/// @param close whether the guest's connection ends with this reply
record ReplyHead(int status, long length, boolean close, boolean upgrade, Set<String> nominated) {
  private static final byte[] VERSION = "HTTP/1.1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CLOSE = "Connection: close\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UPGRADE =
      "Connection: Upgrade\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int STATUS_AT = VERSION.length + 1;

  /// @param toHead whether the request was a HEAD, so that no body follows whatever the fields say
  static ReplyHead parse(Head head, boolean toHead) throws BadMessage {
    boolean old = old(head);
    int status = status(head);
    Fields fields = Fields.read(head);
    if (old && fields.length() == Framing.CHUNKED)
      throw BadMessage.of("HTTP/1.0 reply with a Transfer-Encoding");
    boolean bodiless = toHead || status < 200 || status == 204 || status == 304;
    long length =
        bodiless ? 0 : fields.length() == Fields.NO_LENGTH ? Framing.UNTIL_CLOSE : fields.length();
    boolean close = fields.close() || (old && !fields.keepAlive()) || length == Framing.UNTIL_CLOSE;
    return new ReplyHead(status, length, close, fields.upgrade(), fields.nominated());
  }

  private static boolean old(Head head) throws BadMessage {
    byte[] bytes = head.bytes();
    boolean known = head.startLineEnd() >= STATUS_AT + 3 && bytes[VERSION.length] == ' ';
    for (int i = 0; known && i < VERSION.length - 1; i++) known = bytes[i] == VERSION[i];
    byte minor = bytes[VERSION.length - 1];
    if (!known || (minor != '0' && minor != '1')) throw BadMessage.of("not an HTTP/1 reply");
    return minor == '0';
  }

  private static int status(Head head) throws BadMessage {
    int status = 0;
    for (int i = STATUS_AT; i < STATUS_AT + 3; i++) {
      int digit = head.bytes()[i] - '0';
      if (digit < 0 || digit > 9) throw BadMessage.of("malformed status");
      status = status * 10 + digit;
    }
    boolean ends = head.startLineEnd() == STATUS_AT + 3 || head.bytes()[STATUS_AT + 3] == ' ';
    if (!ends || status < 100) throw BadMessage.of("malformed status");
    return status;
  }

  boolean interim() {
    return status < 200 && status != 101;
  }

  /// The head as the client gets it. `head` must still hold this reply.
  ///
  /// @param closing whether the client's connection ends with it
  ByteBuf forClient(Head head, ByteBufAllocator buffers, boolean closing) {
    ByteBuf out = buffers.ioBuffer(1024, Head.LONGEST + UPGRADE.length + 2);
    out.writeBytes(VERSION);
    out.writeBytes(head.bytes(), VERSION.length, head.startLineEnd() + 2 - VERSION.length);
    head.copyFields(out, nominated, status == 101);
    if (closing) out.writeBytes(CLOSE);
    if (status == 101) out.writeBytes(UPGRADE);
    return out.writeShort('\r' << 8 | '\n');
  }
}
