/// The node: the one place where slot, overlay, monitor and agent meet to become a sandbox.
module atoll.node {
  requires transitive atoll.core;
  requires transitive atoll.protocol;
  requires transitive atoll.template;
  requires atoll.linux;
  requires atoll.vmm;

  exports atoll.node;
  exports atoll.node.network to
      atoll.cli; // the benchmark builds slots of its own
}
