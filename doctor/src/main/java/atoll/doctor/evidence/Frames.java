package atoll.doctor.evidence;

import atoll.linux.net.Mac;
import java.net.Inet4Address;
import java.nio.ByteBuffer;

/// Builds and reads the few Ethernet frames that a probe needs: ARP (RFC 826), ICMP echo (RFC 792)
/// and a TCP SYN (RFC 9293). What a guest sends is only compared, at offsets that were checked.
final class Frames {
  private static final int ETHERNET = 14;
  private static final short ARP = 0x0806;
  private static final short IPV4 = 0x0800;
  private static final byte ICMP = 1;
  private static final byte TCP = 6;
  private static final int IP_BYTES = 20;
  private static final int SYN = 0x02;
  private static final int RST = 0x04;
  private static final int ACK = 0x10;
  private static final Mac EVERYONE = new Mac(0xffff_ffff_ffffL);

  private final Mac own;
  private final Inet4Address from;
  private final Inet4Address to;
  private final int mark;

  /// @param mark tells this probe's answers from others': its source port and echo identifier
  Frames(Mac own, Inet4Address from, Inet4Address to, int mark) {
    this.own = own;
    this.from = from;
    this.to = to;
    this.mark = mark;
  }

  byte[] whoHas() {
    ByteBuffer b = ethernet(EVERYONE, ARP, 28);
    b.putShort((short) 1).putShort(IPV4).put((byte) 6).put((byte) 4).putShort((short) 1);
    mac(b, own).put(from.getAddress());
    mac(b, new Mac(0)).put(to.getAddress());
    return b.array();
  }

  byte[] echo(Mac guest) {
    ByteBuffer b = ip(guest, ICMP, 16);
    int start = b.position();
    b.put((byte) 8).put((byte) 0).putShort((short) 0).putShort((short) mark).putShort((short) 1);
    b.putLong(0);
    b.putShort(start + 2, checksum(b, start, 16, 0));
    return b.array();
  }

  byte[] syn(Mac guest, int port) {
    return tcp(guest, port, 1, 0, SYN);
  }

  /// Takes back what [#syn] began.
  byte[] reset(Mac guest, int port, int sequence) {
    return tcp(guest, port, sequence, 0, RST);
  }

  private byte[] tcp(Mac guest, int port, int sequence, int acknowledged, int flags) {
    ByteBuffer b = ip(guest, TCP, 20);
    int start = b.position();
    b.putShort((short) mark).putShort((short) port).putInt(sequence).putInt(acknowledged);
    b.put((byte) 0x50).put((byte) flags).putShort((short) 1024).putInt(0);
    b.putShort(start + 16, checksum(b, start, 20, pseudo(20)));
    return b.array();
  }

  private int pseudo(int length) {
    ByteBuffer p = ByteBuffer.allocate(12).put(from.getAddress()).put(to.getAddress());
    p.put((byte) 0).put(TCP).putShort((short) length);
    return sum(p, 0, 12);
  }

  private ByteBuffer ip(Mac guest, byte protocol, int payload) {
    ByteBuffer b = ethernet(guest, IPV4, IP_BYTES + payload);
    int start = b.position();
    b.put((byte) 0x45).put((byte) 0).putShort((short) (IP_BYTES + payload));
    b.putShort((short) mark).putShort((short) 0x4000).put((byte) 64).put(protocol);
    b.putShort((short) 0).put(from.getAddress()).put(to.getAddress());
    b.putShort(start + 10, checksum(b, start, IP_BYTES, 0));
    return b;
  }

  private ByteBuffer ethernet(Mac guest, short type, int payload) {
    ByteBuffer b = ByteBuffer.allocate(ETHERNET + payload);
    mac(b, guest);
    return mac(b, own).putShort(type);
  }

  private static ByteBuffer mac(ByteBuffer b, Mac mac) {
    return b.putShort((short) (mac.bits() >>> 32)).putInt((int) mac.bits());
  }

  private static short checksum(ByteBuffer b, int from, int length, int start) {
    int sum = start + sum(b, from, length);
    while (sum >>> 16 != 0) sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~sum;
  }

  private static int sum(ByteBuffer b, int from, int length) {
    int sum = 0;
    for (int i = from; i < from + length; i += 2) sum += b.getShort(i) & 0xffff;
    return sum;
  }

  /// Who says that it has the guest's address; null if this frame does not.
  Mac arpAnswer(byte[] frame) {
    ByteBuffer b = ByteBuffer.wrap(frame);
    if (frame.length < ETHERNET + 28 || b.getShort(12) != ARP || b.getShort(20) != 2) return null;
    if (b.getInt(28) != address(to)) return null;
    return new Mac((b.getShort(22) & 0xffffL) << 32 | (b.getInt(24) & 0xffff_ffffL));
  }

  boolean isEchoAnswer(byte[] frame) {
    ByteBuffer b = ByteBuffer.wrap(frame);
    return isIp(b, ICMP, 8)
        && b.get(transport(b)) == 0
        && b.getShort(transport(b) + 4) == (short) mark;
  }

  /// Where this frame is sent to.
  static Mac destination(byte[] frame) {
    ByteBuffer b = ByteBuffer.wrap(frame);
    return new Mac((b.getShort(0) & 0xffffL) << 32 | (b.getInt(2) & 0xffff_ffffL));
  }

  /// `open`, `refused`, or empty if this frame answers no [#syn].
  String tcpAnswer(byte[] frame, int port) {
    ByteBuffer b = ByteBuffer.wrap(frame);
    if (!isIp(b, TCP, 20)) return "";
    int at = transport(b);
    if (b.getShort(at) != (short) port || b.getShort(at + 2) != (short) mark) return "";
    int flags = b.get(at + 13);
    if ((flags & RST) != 0) return "refused";
    return (flags & (SYN | ACK)) == (SYN | ACK) ? "open" : "";
  }

  /// Where the peer of an answered [#syn] expects us to go on.
  static final int AFTER_SYN = 2;

  private boolean isIp(ByteBuffer b, byte protocol, int payload) {
    return b.limit() >= ETHERNET + IP_BYTES + payload
        && b.getShort(12) == IPV4
        && b.get(ETHERNET + 9) == protocol
        && b.getInt(ETHERNET + 12) == address(to)
        && transport(b) + payload <= b.limit();
  }

  private static int transport(ByteBuffer b) {
    return ETHERNET + (b.get(ETHERNET) & 0xf) * 4;
  }

  private static int address(Inet4Address address) {
    return ByteBuffer.wrap(address.getAddress()).getInt();
  }
}
