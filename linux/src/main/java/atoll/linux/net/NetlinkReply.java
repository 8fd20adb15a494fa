package atoll.linux.net;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// One message from the kernel. A datagram may hold several.
record NetlinkReply(int type, int sequence, ByteBuffer body) {
  static List<NetlinkReply> parse(byte[] datagram, int length) {
    ByteBuffer all = ByteBuffer.wrap(datagram, 0, length).slice().order(ByteOrder.nativeOrder());
    var replies = new ArrayList<NetlinkReply>();
    int at = 0;
    while (at + NetlinkMessage.HEADER_BYTES <= length) {
      int size = all.getInt(at);
      if (size < NetlinkMessage.HEADER_BYTES || at + size > length) break;
      ByteBuffer body =
          all.slice(at + NetlinkMessage.HEADER_BYTES, size - NetlinkMessage.HEADER_BYTES)
              .order(all.order());
      replies.add(new NetlinkReply(all.getShort(at + 4) & 0xffff, all.getInt(at + 8), body));
      at += (size + 3) & ~3;
    }
    return replies;
  }

  /// The positive error number of an NLMSG_ERROR message; 0 is an acknowledgement.
  int errno() {
    return -body.getInt(0);
  }
}
