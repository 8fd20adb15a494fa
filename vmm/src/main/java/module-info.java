/// Virtual machine monitors: one process per VM, owned and reaped. A driver does not know who
/// asked.
module atoll.vmm {
  requires transitive atoll.core;
  requires transitive atoll.linux;

  exports atoll.vmm;
  exports atoll.vmm.qemu; // whoever wires a node chooses the driver
}
