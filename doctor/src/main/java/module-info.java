/// Says why a sandbox cannot be reached, from kernel and journal alone: needs neither the node nor
/// anything of its code.
module atoll.doctor {
  requires transitive atoll.core;
  requires transitive atoll.linux;
  requires transitive atoll.protocol;

  exports atoll.doctor;
  exports atoll.doctor.catalogue;
  exports atoll.doctor.evidence;
  exports atoll.doctor.fault;
  exports atoll.doctor.repair;
  exports atoll.doctor.report;
}
