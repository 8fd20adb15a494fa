package atoll.linux.net;

import atoll.linux.net.NetworkView.Bridge;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.NetworkView.Tun;
import java.nio.ByteBuffer;

/// Reads an RTM_NEWLINK message with what its kind adds. Numbers: linux/if_link.h.
final class PortReader {
  private static final int IFLA_TXQLEN = 13;
  private static final int IFLA_PROTINFO_OF_SLAVE = 5;
  private static final int IFLA_BRPORT_STATE = 1;
  private static final int TUN_OWNER = 1;
  private static final int TUN_TYPE = 3;
  private static final int TUN_PERSIST = 6;
  private static final int TUN_MULTI_QUEUE = 7;
  private static final int TYPE_TAP = 2;

  private PortReader() {}

  static Port read(ByteBuffer body) {
    var all = NetlinkAttributes.parse(body, Rtnetlink.IFINFOMSG_BYTES);
    var info = nested(all, Rtnetlink.IFLA_LINKINFO);
    String kind = info.text(Rtnetlink.IFLA_INFO_KIND, "");
    var data = nested(info, Rtnetlink.IFLA_INFO_DATA);
    return new Port(
        Link.parse(body),
        kind,
        kind.equals("tun") ? tun(data) : null,
        all.integer(Rtnetlink.IFLA_MASTER, 0),
        nested(info, IFLA_PROTINFO_OF_SLAVE).octet(IFLA_BRPORT_STATE, -1),
        all.integer(IFLA_TXQLEN, 0),
        kind.equals("bridge") ? bridge(data) : null);
  }

  private static NetlinkAttributes nested(NetlinkAttributes in, int type) {
    ByteBuffer value = in.buffer(type).orElse(ByteBuffer.allocate(0));
    return NetlinkAttributes.parse(value, 0);
  }

  private static Tun tun(NetlinkAttributes data) {
    return new Tun(
        data.octet(TUN_TYPE, TYPE_TAP) == TYPE_TAP,
        data.octet(TUN_PERSIST, 0) == 1,
        data.octet(TUN_MULTI_QUEUE, 0) == 1,
        data.integer(TUN_OWNER, -1));
  }

  private static Bridge bridge(NetlinkAttributes data) {
    return new Bridge(
        data.integer(Rtnetlink.IFLA_BR_STP_STATE, 0) != 0,
        data.integer(Rtnetlink.IFLA_BR_FORWARD_DELAY, 0));
  }
}
