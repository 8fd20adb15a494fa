/// From Debian's packages to a bootable, snapshotted template.
module atoll.template {
  requires transitive atoll.protocol;
  requires transitive atoll.vmm;

  exports atoll.template;
  exports atoll.template.image; // whoever wires a node says where the agent comes from
}
