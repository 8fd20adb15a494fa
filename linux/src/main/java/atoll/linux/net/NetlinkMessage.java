package atoll.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Writes one netlink request: header, fixed struct, attributes, each aligned to 4 bytes. Layout:
/// netlink(7).
final class NetlinkMessage {
  static final int HEADER_BYTES = 16;
  private static final int FLAGS_AT = 6;

  /// The largest request here, a veth pair, needs 120 bytes.
  private static final int LARGEST = 1024;

  private final ByteBuffer buffer = ByteBuffer.allocate(LARGEST).order(ByteOrder.nativeOrder());

  NetlinkMessage(int type, int flags) {
    buffer.putInt(0).putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
  }

  /// struct ifinfomsg.
  NetlinkMessage link(int index, int flags, int change) {
    buffer
        .put((byte) 0)
        .put((byte) 0)
        .putShort((short) 0)
        .putInt(index)
        .putInt(flags)
        .putInt(change);
    return this;
  }

  /// struct ifaddrmsg.
  NetlinkMessage address(int prefix, int index) {
    buffer
        .put((byte) Rtnetlink.AF_INET)
        .put((byte) prefix)
        .put((byte) 0)
        .put((byte) 0)
        .putInt(index);
    return this;
  }

  /// struct rtmsg, main table, static.
  NetlinkMessage route(int prefix, int scope, int type) {
    buffer.put((byte) Rtnetlink.AF_INET).put((byte) prefix).put((byte) 0).put((byte) 0);
    buffer.put((byte) Rtnetlink.RT_TABLE_MAIN).put((byte) Rtnetlink.RTPROT_STATIC);
    buffer.put((byte) scope).put((byte) type).putInt(0);
    return this;
  }

  /// struct ndmsg.
  NetlinkMessage neighbour(int index, int state) {
    buffer.put((byte) Rtnetlink.AF_INET).put((byte) 0).putShort((short) 0).putInt(index);
    buffer.putShort((short) state).put((byte) 0).put((byte) 0);
    return this;
  }

  /// A fixed struct of plain words.
  NetlinkMessage words(int... values) {
    for (int value : values) buffer.putInt(value);
    return this;
  }

  NetlinkMessage attribute(int type, byte[] value) {
    buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    return align();
  }

  NetlinkMessage attribute(int type, int value) {
    buffer.putShort((short) 8).putShort((short) type).putInt(value);
    return this;
  }

  /// With a closing NUL.
  NetlinkMessage attribute(int type, String value) {
    return attribute(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  /// An attribute whose value is what `content` writes.
  NetlinkMessage nested(int type, Runnable content) {
    int start = buffer.position();
    buffer.putShort((short) 0).putShort((short) type);
    content.run();
    buffer.putShort(start, (short) (buffer.position() - start));
    return align();
  }

  /// Without the acknowledgement that was asked for; a refusal is answered all the same.
  NetlinkMessage quiet() {
    buffer.putShort(FLAGS_AT, (short) (buffer.getShort(FLAGS_AT) & ~Rtnetlink.ACK));
    return this;
  }

  /// The whole message under this sequence number.
  byte[] bytes(int sequence) {
    buffer.putInt(0, buffer.position()).putInt(8, sequence);
    var bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  private NetlinkMessage align() {
    while (buffer.position() % 4 != 0) buffer.put((byte) 0);
    return this;
  }
}
