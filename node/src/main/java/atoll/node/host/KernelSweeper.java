package atoll.node.host;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FileTree;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Mount;
import atoll.linux.kernel.Pidfd;
import atoll.linux.kernel.PlatformThread;
import atoll.linux.kernel.Poll;
import atoll.linux.net.Cidr;
import atoll.node.egress.HostNetwork;
import atoll.node.egress.SlotRange;
import atoll.node.egress.WayOut;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.MonitorProcesses;
import atoll.node.ledger.Sweeper;
import atoll.node.network.SlotJournal;
import atoll.node.network.SlotPool;
import atoll.node.sandbox.Groups;
import atoll.node.shared.SharedNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Takes leftovers away from the kernel and from the node's home.
public final class KernelSweeper implements Sweeper {
  private static final int SIGKILL = 9;
  private static final Duration LONGEST_END =
      Duration.ofSeconds(5); // freeing a guest's memory takes well under one

  private final Path home;
  private final Groups groups;
  private final MonitorProcesses processes = new MonitorProcesses(Path.of("/proc"));

  public KernelSweeper(Path home, Groups groups) {
    this.home = home;
    this.groups = groups;
  }

  @Override
  public boolean monitor(HostObject.Monitor monitor) throws IOException {
    List<Long> found = processes.find(monitor);
    for (long pid : found) PlatformThread.unlessAlready("sweep", () -> kill(pid));
    return !found.isEmpty();
  }

  /// Returns when the process has ended; who reaps it is its new parent's business.
  private static Void kill(long pid) throws IOException {
    try (Fd process = Pidfd.open(Math.toIntExact(pid))) {
      Pidfd.signal(process, SIGKILL);
      if (Poll.await(Deadline.after(LONGEST_END), Poll.IN, process.number()) < 0) {
        throw new IOException(
            "pid " + pid + " does not end, " + LONGEST_END.toSeconds() + " s after SIGKILL");
      }
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) throw e;
    }
    return null;
  }

  @Override
  public boolean group(HostObject.Group group) throws IOException {
    return groups.sweep(group.name());
  }

  /// Refuses while a process lives in it, which would then run on out of sight.
  @Override
  public boolean namespace(HostObject.Namespace namespace) throws IOException {
    int index =
        SlotPool.index(namespace.anchor())
            .orElseThrow(() -> new IOException(namespace.anchor() + " is no slot of ours"));
    return SlotPool.sweep(namespace.anchor().getParent(), index, SlotJournal.NONE);
  }

  /// Only names that we make, whatever the journal says.
  @Override
  public boolean wayOut(HostObject.WayOut wayOut) throws IOException {
    if (!wayOut.table().matches("atoll_[0-9a-f]{8}"))
      throw new IOException("the table " + wayOut.table() + " is none of ours");
    var range = new SlotRange(Cidr.parse(wayOut.range()));
    try (HostNetwork host = HostNetwork.own()) {
      return WayOut.sweep(host, new WayOut.Names(wayOut.table(), range, wayOut.metric()));
    }
  }

  /// Only names that we make, here and below.
  @Override
  public boolean bridge(HostObject.Bridge bridge) throws IOException {
    return link(bridge.link(), "atollb[0-9]{1,3}", bridge.mac());
  }

  @Override
  public boolean port(HostObject.Port port) throws IOException {
    return link(port.link(), "atollp[0-9]{1,5}", port.mac());
  }

  private static boolean link(String name, String pattern, String mac) throws IOException {
    if (!name.matches(pattern)) throw new IOException("the link " + name + " is none of ours");
    try (HostNetwork host = HostNetwork.own()) {
      return SharedNetworks.removeLink(host, name, mac);
    }
  }

  @Override
  public boolean directory(HostObject.Directory directory) throws IOException {
    Path folder = ours(directory.path());
    // A monitor's disk may be mounted in it, dead by now: whoever showed it was swept before.
    for (Path mounted : Mount.below(folder)) Mount.detach(mounted);
    return FileTree.remove(folder);
  }

  @Override
  public boolean file(HostObject.PlainFile file) throws IOException {
    return Files.deleteIfExists(ours(file.path()));
  }

  /// A damaged or forged journal must not make us remove anything else.
  private Path ours(Path path) throws IOException {
    Path plain = path.normalize();
    if (plain.startsWith(home) && !plain.equals(home)) return plain;
    throw new IOException(path + " is not inside " + home + ", so it is left alone");
  }
}
