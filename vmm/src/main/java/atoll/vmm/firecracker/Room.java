package atoll.vmm.firecracker;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.FileTree;
import atoll.vmm.Jail;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The folder in which one Firecracker process works and finds everything under the same names: its
/// jail's folder, or the root of its chroot inside that.
///
/// A snapshot remembers the disk's path and opens it again at the load. The path is relative, so it
/// is each clone's own disk, with the jailer and without.
///
/// @param apiSocket where this process finds the API
/// @param chroot whether the monitor sees nothing else
///
///   - **Owner** the VM; what lies in it goes with the jail's folder.
record Room(Path folder, Path apiSocket, boolean chroot) {
  static final String API = "api.sock";
  static final String CONSOLE = "console.fifo";
  static final String LOG = "log.fifo";
  static final String METRICS = "metrics.fifo";
  private static final String DEVICES = "dev";
  static final String DISK = "disk.raw";
  static final String KERNEL = "vmlinux";
  static final String INITRAMFS = "initramfs";
  static final String MEMORY = "memory";
  static final String STATE = "device-state";

  /// A device state is some 14 KB.
  private static final long LARGEST_STATE = 16L << 20;

  /// Makes the folder. The API socket is always found at [Jail#apiSocket], whose path is short
  /// enough for a socket address.
  static Room make(Jail jail, FirecrackerProgram program, String name) throws IOException {
    if (program.jailer().isEmpty()) return new Room(jail.directory(), jail.apiSocket(), false);
    Path base = jail.directory().resolve(program.binary().getFileName());
    Path root = base.resolve(FirecrackerCommand.id(name)).resolve("root");
    Files.createDirectories(root);
    Files.deleteIfExists(jail.apiSocket());
    Files.createSymbolicLink(jail.apiSocket(), jail.directory().relativize(root).resolve(API));
    return new Room(root, jail.apiSocket(), true);
  }

  /// The room that a monitor of this jail was given, with a jailer or without.
  static Room of(Jail jail) throws IOException {
    if (!Files.isSymbolicLink(jail.apiSocket()))
      return new Room(jail.directory(), jail.apiSocket(), false);
    Path target = jail.directory().resolve(Files.readSymbolicLink(jail.apiSocket())).normalize();
    if (!target.startsWith(jail.directory()))
      throw new VmmException("the API socket of " + jail.directory() + " leads out of it");
    return new Room(target.getParent(), jail.apiSocket(), true);
  }

  /// Lets the monitor find a file of ours by a name of its own; returns what to call it there.
  ///
  /// A link, so that nothing is copied. Across file systems a monitor without a chroot gets the
  /// file's own path.
  String place(Path file, String name) throws IOException {
    Path link = folder.resolve(name);
    Files.deleteIfExists(link);
    try {
      Files.createLink(link, file);
      return name;
    } catch (FileSystemException e) {
      if (!Files.exists(file)) throw missing(file, name);
      if (!chroot) return file.toAbsolutePath().toString();
      throw new VmmException(
          "cannot show "
              + file
              + " to a jailed monitor: it must lie on the file system of "
              + folder
              + " ("
              + e.getReason()
              + ", errno "
              + Errno.EXDEV
              + " if it does not)",
          e);
    }
  }

  private static VmmException missing(Path file, String name) {
    String reason =
        switch (name) {
          case KERNEL -> "kernel_missing";
          case INITRAMFS -> "initramfs_missing";
          default -> "snapshot_missing";
        };
    return VmmException.refused(reason, file + " does not exist");
  }

  /// An empty file of the monitor's, over which the disk is shown.
  Path diskFile() throws IOException {
    Path file = folder.resolve(DISK);
    Files.deleteIfExists(file);
    return Files.createFile(file);
  }

  /// Takes the device state that the monitor wrote, which may be anything: a plain file of bounded
  /// size becomes `target`, whole or not at all.
  void takeState(Path target) throws IOException {
    Path written = folder.resolve(STATE);
    if (!Files.isRegularFile(written, LinkOption.NOFOLLOW_LINKS)
        || Files.size(written) > LARGEST_STATE)
      throw new VmmException("the monitor left no device state of a sensible size");
    Path part = target.resolveSibling(target.getFileName() + ".part");
    Files.copy(written, part, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
    try (var state =
        java.nio.channels.FileChannel.open(part, java.nio.file.StandardOpenOption.WRITE)) {
      state.force(true);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(written);
  }

  /// The jailer makes its devices and its pid file anew, and refuses to find them there.
  private void clearOfJailer() throws IOException {
    FileTree.remove(folder.resolve(DEVICES)); // what the monitor left there is not followed
    try (var files = Files.newDirectoryStream(folder, "*.pid")) {
      for (Path file : files) Files.delete(file);
    }
  }

  /// Removes what only a living monitor uses. The socket stays behind after every kind of end.
  void clear() throws IOException {
    for (String name : new String[] {API, CONSOLE, LOG, METRICS})
      Files.deleteIfExists(folder.resolve(name));
    Files.deleteIfExists(apiSocket);
    if (chroot) clearOfJailer();
  }
}
