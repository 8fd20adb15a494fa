/// The way into sandboxes: takes HTTP from clients and carries it to ports inside running guests.
module atoll.edge {
  requires transitive atoll.protocol;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;

  exports atoll.edge;
}
