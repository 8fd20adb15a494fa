/// The node: the one place where slot, overlay, monitor and agent meet to become a sandbox.
module atoll.node {
  requires transitive atoll.core;
  requires transitive atoll.protocol;
  requires transitive atoll.template;
  requires atoll.linux;
  requires atoll.vmm;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;

  exports atoll.node;
  exports atoll.node.egress to
      atoll.cli; // the slots' range, and the benchmark
  exports atoll.node.egress.proxy to
      atoll.cli;
  exports atoll.node.network to
      atoll.cli; // the benchmark builds slots of its own
}
