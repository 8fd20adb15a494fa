package atoll.node.host;

import atoll.linux.kernel.Procfs;
import atoll.linux.net.Netns;
import atoll.node.egress.HostNetwork;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Inventory;
import atoll.node.ledger.MonitorProcesses;
import atoll.node.shared.SharedNetworks;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What the kernel and the file system have of one home.
///
/// Namespaces bear no home's mark, since their names are all that fits: they are looked up and
/// never found. One that no ledger of the host names is somebody else's business.
public final class KernelInventory implements Inventory {
  private final Path sandboxes;
  private final Path policies;
  private final KernelGroups groups;
  private final String groupMark;
  private final int bridgeMark;
  private final MonitorProcesses processes = new MonitorProcesses(Path.of("/proc"));

  /// @param groups null on a host without control groups
  /// @param groupMark how the names of this home's groups begin
  public KernelInventory(Path home, KernelGroups groups, String groupMark) {
    this.sandboxes = home.resolve("sandboxes");
    this.policies = home.resolve("egress");
    this.groups = groups;
    this.groupMark = groupMark;
    this.bridgeMark = SharedNetworks.mark(home);
  }

  @Override
  public boolean has(HostObject object) throws IOException {
    return switch (object) {
      case HostObject.Monitor m -> m.startTicks() > 0 ? isAlive(m) : !processes.find(m).isEmpty();
      case HostObject.Namespace n -> Netns.isBound(n.anchor());
      case HostObject.Group g -> groups != null && groups.exists(g.name());
      case HostObject.Directory d -> Files.isDirectory(d.path(), LinkOption.NOFOLLOW_LINKS);
      case HostObject.PlainFile f -> Files.exists(f.path(), LinkOption.NOFOLLOW_LINKS);
      case HostObject.Tenancy _ -> true; // its parts are looked for
      case HostObject.WayOut _ -> true; // rules are the doctor's to read
      case HostObject.Bridge b -> hasLink(b.link(), b.mac());
      case HostObject.Port p -> hasLink(p.link(), p.mac());
    };
  }

  private static boolean hasLink(String name, String mac) throws IOException {
    try (HostNetwork host = HostNetwork.own()) {
      return SharedNetworks.hasLink(host, name, mac);
    }
  }

  private static boolean isAlive(HostObject.Monitor monitor) throws IOException {
    try {
      return Procfs.startTime(monitor.pid()) == monitor.startTicks()
          && !Procfs.cmdline(monitor.pid()).isEmpty();
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  @Override
  public List<HostObject> found() throws IOException {
    var found = new ArrayList<HostObject>(processes.under(sandboxes));
    if (groups != null)
      for (String name : groups.names(groupMark)) found.add(new HostObject.Group(name));
    try (HostNetwork host = HostNetwork.own()) {
      found.addAll(SharedNetworks.bridges(host, bridgeMark));
    }
    for (Path folder : entries(sandboxes, "*")) found.add(new HostObject.Directory(folder));
    for (Path folder : entries(policies, "*")) found.add(new HostObject.Directory(folder));
    return found;
  }

  /// Namespaces named like slots that are bound on this host, whoever's they are.
  public static List<Path> slots(Path anchors) throws IOException {
    var bound = new ArrayList<Path>();
    for (Path anchor : entries(anchors, "atoll-*")) if (Netns.isBound(anchor)) bound.add(anchor);
    return bound;
  }

  private static List<Path> entries(Path folder, String glob) throws IOException {
    var all = new ArrayList<Path>();
    if (!Files.isDirectory(folder)) return all;
    try (var entries = Files.newDirectoryStream(folder, glob)) {
      entries.forEach(all::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return all;
  }
}
