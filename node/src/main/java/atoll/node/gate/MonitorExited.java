package atoll.node.gate;

import atoll.vmm.VmExit;

/// The monitor ended while a start was under way.
final class MonitorExited extends Exception {
  private static final long serialVersionUID = 1;
  private final transient VmExit exit;

  MonitorExited(VmExit exit) {
    super("the monitor ended: " + exit);
    this.exit = exit;
  }

  VmExit exit() {
    return exit;
  }
}
