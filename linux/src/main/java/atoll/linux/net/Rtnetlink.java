package atoll.linux.net;

/// Numbers of netlink(7) and rtnetlink(7), from linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h
/// and neighbour.h.
final class Rtnetlink {
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;

  static final int REQUEST = 0x1;
  static final int ACK = 0x4;
  static final int DUMP = 0x300;
  static final int EXCLUSIVE = 0x200;
  static final int CREATE = 0x400;
  static final int REPLACE = 0x100;

  static final int RTM_NEWLINK = 16;
  static final int RTM_DELLINK = 17;
  static final int RTM_GETLINK = 18;
  static final int RTM_SETLINK = 19;
  static final int RTM_NEWADDR = 20;
  static final int RTM_NEWROUTE = 24;
  static final int RTM_DELROUTE = 25;
  static final int RTM_NEWNEIGH = 28;

  static final int RTM_GETADDR = 22;
  static final int RTM_GETROUTE = 26;
  static final int RTM_GETNEIGH = 30;
  static final int RTM_GETRULE = 34;
  static final int RTM_GETQDISC = 38;

  static final int IFINFOMSG_BYTES = 16;
  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_MASTER = 10;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_STATS64 = 23;
  static final int IFLA_NET_NS_FD = 28;
  static final int IFLA_CARRIER = 33;
  static final int IFLA_CARRIER_CHANGES = 35;
  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_INFO_DATA = 2;
  static final int VETH_INFO_PEER = 1;
  static final int IFLA_BR_FORWARD_DELAY = 1;
  static final int IFLA_BR_STP_STATE = 5;

  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;

  static final int RTA_DST = 1;
  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;
  static final int RTA_PRIORITY = 6;
  static final int RT_TABLE_MAIN = 254;
  static final int RTPROT_STATIC = 4;
  static final int RT_SCOPE_UNIVERSE = 0;
  static final int RT_SCOPE_LINK = 253;
  static final int RT_SCOPE_NOWHERE = 255;
  static final int RTN_UNICAST = 1;
  static final int RTN_BLACKHOLE = 6;

  static final int NDA_DST = 1;
  static final int NDA_LLADDR = 2;
  static final int NUD_PERMANENT = 0x80;

  static final int RTMGRP_LINK = 1;
  static final int AF_INET = 2;
  static final int IFF_UP = 1;

  private Rtnetlink() {}
}
