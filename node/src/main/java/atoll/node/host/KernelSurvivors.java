package atoll.node.host;

import atoll.linux.kernel.Procfs;
import atoll.linux.net.Netns;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Survivor;
import java.io.IOException;
import java.util.function.Predicate;

/// Whether the kernel still has what a sandbox of an earlier process ran in.
public final class KernelSurvivors implements Predicate<Survivor> {
  private static final System.Logger LOG = System.getLogger(KernelSurvivors.class.getName());

  /// The very process that was journaled, not ended, and its namespace's binding. Everything more
  /// is the launch gate's to prove.
  @Override
  public boolean test(Survivor survivor) {
    HostObject.Monitor monitor = survivor.process();
    try {
      return monitor.pid() > 0
          && Procfs.startTime(monitor.pid()) == monitor.startTicks()
          && !Procfs.cmdline(monitor.pid()).isEmpty()
          && Netns.isBound(survivor.sandbox().anchor());
    } catch (IOException gone) {
      LOG.log(System.Logger.Level.DEBUG, "{0} is gone: {1}", monitor.describe(), gone.getMessage());
      return false;
    }
  }
}
