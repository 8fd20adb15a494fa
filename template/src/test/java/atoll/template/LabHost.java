package atoll.template;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FileTree;
import atoll.linux.net.Cidr;
import atoll.linux.net.FdSocket;
import atoll.linux.net.Mac;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.Tap;
import atoll.vmm.Jail;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A build host for tests: real namespaces and taps, and nothing of the node.
final class LabHost implements BuildHost {
  private static final int UID = 64_999;
  static final int SHARED_GID = 64_998;
  private static final Inet4Address GUEST = Inet4Address.ofLiteral("169.254.0.21");

  private final Path directory;

  LabHost(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    Netns.prepareDirectory(Files.createDirectories(Path.of("/run/netns")));
  }

  @Override
  public BuildSlot open(String name) throws IOException {
    Path folder = Files.createDirectory(directory.resolve(name));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setAttribute(folder, "unix:uid", UID);
    Path anchor =
        Files.createFile(
            Path.of("/run/netns", "atoll-lab-" + ProcessHandle.current().pid() + "-" + name));
    Netns netns = Netns.create(anchor, LabHost::furnish).netns();
    Fd tap = netns.inside(() -> Tap.open("tap0"));
    var dialer = new NamespaceDialer();
    return new Slot(
        new Jail(folder, netns.descriptor(), tap, UID, SHARED_GID, pid -> {}),
        netns,
        anchor,
        dialer);
  }

  private static Void furnish() throws IOException {
    Tap.create("tap0");
    try (Netlink netlink = Netlink.open()) {
      netlink.up(netlink.link("lo").orElseThrow().index());
      int tap = netlink.link("tap0").orElseThrow().index();
      netlink.up(tap, Mac.parse("02:FC:00:00:00:06"));
      netlink.addAddress(tap, Cidr.parse("169.254.0.22/30"));
      netlink.addNeighbour(tap, GUEST, Mac.parse(GuestShape.MAC));
    }
    return null;
  }

  private record Slot(Jail jail, Netns netns, Path anchor, NamespaceDialer dialer)
      implements BuildSlot {
    @Override
    public Connection connect(int port, Deadline deadline) throws IOException {
      var fd = new Fd(dialer.socket(netns));
      return FdSocket.connect(fd, GUEST, port, deadline);
    }

    @Override
    public void close() throws IOException {
      dialer.close();
      jail.tap().close();
      netns.close();
      Netns.delete(anchor);
      FileTree.remove(jail.directory());
    }
  }
}
