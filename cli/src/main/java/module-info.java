/// The `atoll` command line: commands over the public API, and the one process that runs all parts
/// together.
module atoll.cli {
  requires atoll.control;
  requires atoll.core;
  requires atoll.doctor;
  requires atoll.edge;
  requires atoll.linux;
  requires atoll.node;
  requires atoll.protocol;
  requires atoll.template;
  requires atoll.vmm;
  requires java.logging;
}
