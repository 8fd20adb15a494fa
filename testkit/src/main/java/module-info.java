/// Stand-ins that behave as their contracts say, contract suites and small guests: for tests alone.
module atoll.testkit {
  requires transitive atoll.protocol;
  requires transitive atoll.vmm;
  requires transitive org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires org.junit.jupiter.params;

  exports atoll.testkit;
}
