/// Virtual machine monitors: one process per VM, owned and reaped. A driver does not know who
/// asked.
module atoll.vmm {
  requires transitive atoll.core;
  requires transitive atoll.linux;
  requires atoll.protocol;

  exports atoll.vmm;
  exports atoll.vmm.firecracker;
  exports atoll.vmm.qemu; // whoever wires a node chooses the driver
}
