/// The Linux kernel as Atoll needs it: the only user of java.lang.foreign. Knows nothing of
/// sandboxes.
module atoll.linux {
  requires transitive atoll.core;

  exports atoll.linux.cgroup;
  exports atoll.linux.kernel;
  exports atoll.linux.net;
  exports atoll.linux.process;
}
