package atoll.testkit;

import atoll.linux.kernel.Fd;
import atoll.linux.net.Netns;
import atoll.linux.net.Tap;
import atoll.vmm.Jail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/// A place for one monitor in a test: a directory, a network namespace with a tap, an unprivileged
/// user.
///
/// Needs root. [#close()] takes everything away again.
public final class TestSlot implements AutoCloseable {
  /// Users that no package creates.
  public static final int UID = 61_234;

  public static final int SHARED_GID = 61_235;

  private final Path root;
  private final Netns netns;
  private Fd tap;

  private TestSlot(Path root, Netns netns) {
    this.root = root;
    this.netns = netns;
  }

  public static boolean possible() {
    return "root".equals(System.getProperty("user.name")) && Files.exists(Path.of("/dev/net/tun"));
  }

  public static TestSlot create() throws IOException {
    Path root = Files.createTempDirectory("atoll-slot-");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
    Path jail = Files.createDirectory(root.resolve("jail"));
    own(jail, UID);
    Files.setPosixFilePermissions(jail, PosixFilePermissions.fromString("rwx------"));
    Netns netns = Netns.create(Files.createFile(root.resolve("netns")));
    netns.inside(() -> {
      Tap.create("tap0");
      return null;
    });
    return new TestSlot(root, netns);
  }

  /// Gives a file to a user.
  public static void own(Path file, int uid) throws IOException {
    Files.setAttribute(file, "unix:uid", uid);
    Files.setAttribute(file, "unix:gid", uid);
  }

  /// Lets monitors map a memory file: QEMU before 8.2 opens it for writing even to map it
  /// privately.
  public static void share(Path file) throws IOException {
    Files.setAttribute(file, "unix:gid", SHARED_GID);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
  }

  /// For files that a test shares between monitors.
  public Path directory() {
    return root;
  }

  public Netns netns() {
    return netns;
  }

  public Path jailFolder() {
    return root.resolve("jail");
  }

  public Jail jail() throws IOException {
    return jail(_ -> {});
  }

  /// For the next monitor: its tap is opened afresh, which needs the last monitor to be gone.
  public Jail jail(Jail.Placement placement) throws IOException {
    if (tap != null) tap.close();
    tap = netns.inside(() -> Tap.open("tap0"));
    return new Jail(root.resolve("jail"), netns.descriptor(), tap, UID, SHARED_GID, placement);
  }

  /// For a monitor that has its tap already.
  public Jail taplessJail() {
    return new Jail(jailFolder(), netns.descriptor(), null, UID, SHARED_GID, _ -> {});
  }

  @Override
  public void close() throws IOException {
    if (tap != null) tap.close();
    netns.close();
    Netns.delete(netns.anchor());
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    }
  }
}
