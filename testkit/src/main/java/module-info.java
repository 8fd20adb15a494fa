/// Stand-ins that behave as their contracts say, for the tests of other modules.
module atoll.testkit {
  requires transitive atoll.protocol;

  exports atoll.testkit;
}
