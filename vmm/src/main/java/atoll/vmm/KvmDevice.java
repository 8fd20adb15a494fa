package atoll.vmm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The device node through which a process reaches the kernel's hypervisor, and who may open it.
///
/// @param mode permission bits, as stat(2) gives them
public record KvmDevice(Path path, long inode, int mode, int uid, int gid) {
  public static final Path USUAL = Path.of("/dev/kvm");
  private static final int READ_WRITE = 6;

  /// The node, or nothing where the kernel offers none.
  public static Optional<KvmDevice> at(Path path) throws IOException {
    try {
      Map<String, Object> stat = Files.readAttributes(path, "unix:ino,mode,uid,gid");
      return Optional.of(
          new KvmDevice(
              path,
              ((Number) stat.get("ino")).longValue(),
              (int) stat.get("mode") & 0777,
              (int) stat.get("uid"),
              (int) stat.get("gid")));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// The supplementary group that opens the device to an unprivileged monitor: none needed, one, or
  /// (-1) no group can.
  public int groupForMonitors() {
    if ((mode & READ_WRITE) == READ_WRITE) return NONE_NEEDED;
    boolean groupMay = (mode >> 3 & READ_WRITE) == READ_WRITE && gid != 0;
    return groupMay ? gid : CLOSED;
  }

  public static final int NONE_NEEDED = 0;
  public static final int CLOSED = -1;

  @Override
  public String toString() {
    return path + " (mode " + Integer.toOctalString(mode) + ", owner " + uid + ":" + gid + ")";
  }
}
