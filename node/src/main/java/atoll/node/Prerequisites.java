package atoll.node;

import atoll.core.Refusal;
import atoll.linux.cgroup.Cgroups;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/// What a host must have before a node can work on it. Each lack is a refusal that names the
/// remedy.
final class Prerequisites {
  private static final Path TUN = Path.of("/dev/net/tun");

  private Prerequisites() {}

  static void check(Path home) throws IOException {
    if (((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).intValue() != 0) {
      throw missing(
          "not_root",
          "the node needs root, to make network namespaces and control groups",
          "run it with sudo");
    }
    network(TUN);
    reachable(home);
  }

  /// Opens the device once: one that is there may have no driver behind it, or be closed to this
  /// container.
  static void network(Path tun) {
    try {
      FdIo.open(tun, FdIo.O_RDWR).close();
    } catch (KernelException e) {
      String how = e.errno() == Errno.ENOENT ? tun + " is missing" : e.getMessage();
      throw new Refusal.Unavailable(
          "tun_missing",
          how + ", so no guest can have a network",
          "modprobe tun; in a container, pass the device " + tun + " in",
          e);
    }
  }

  static Cgroups cgroups() {
    try {
      return Cgroups.detect();
    } catch (IOException e) {
      throw new Refusal.Unavailable(
          "cgroup_missing",
          "no control groups: " + e.getMessage(),
          "mount -t cgroup2 none /sys/fs/cgroup",
          e);
    }
  }

  /// Monitors run as users of their own and must get through to their folders and templates.
  private static void reachable(Path home) throws IOException {
    for (Path part = home.getParent(); part != null; part = part.getParent()) {
      if (!Files.exists(part)
          || Files.getPosixFilePermissions(part).contains(PosixFilePermission.OTHERS_EXECUTE))
        continue;
      throw missing(
          "home_unreachable",
          "other users cannot pass through " + part + ", so no monitor could reach " + home,
          "chmod o+x " + part + ", or choose another home");
    }
  }

  private static Refusal missing(String reason, String message, String hint) {
    return new Refusal.Unavailable(reason, message, hint);
  }
}
