/// The `atoll` command line: commands over the public API, and the one process that runs all parts
/// together.
module atoll.cli {
  requires atoll.core;
  requires atoll.linux;
  requires atoll.protocol;
  requires java.logging;
}
