package atoll.doctor.evidence;

import atoll.linux.kernel.Statfs;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/// Reads [DiskFacts]. Layout of the header: QEMU, docs/interop/qcow2.txt.
final class DiskReader {
  private static final int QCOW2 = 0x514649fb;
  private static final int LONGEST_NAME = 1023;

  private final Reading reading;
  private final Subject subject;
  private final Path home;

  DiskReader(Reading reading, Subject subject, Path home) {
    this.reading = reading;
    this.subject = subject;
    this.home = home;
  }

  DiskFacts read() {
    Path overlay = subject.overlay();
    boolean there = there(overlay);
    String base = there ? base(overlay) : null;
    boolean magic = base != null;
    long[] space = space();
    Path basePath = magic && !base.isEmpty() ? Path.of(base) : null;
    return new DiskFacts(
        there(subject.directory()),
        there,
        magic,
        magic ? base : "",
        basePath != null && there(basePath),
        basePath != null && newer(basePath, subject.directory()),
        there ? owner(overlay) : -1,
        !there || writable(overlay),
        there(subject.controlSocket()),
        there(subject.console()),
        space[0],
        space[1],
        space[2],
        space[3],
        readOnly());
  }

  /// False only for what certainly does not exist: one who may not look has not found it missing.
  private boolean there(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) return true;
    boolean hidden = !Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
    if (hidden) reading.refused(file.toString(), new AccessDeniedException("out of sight"));
    return hidden;
  }

  /// The backing file's name; null if this is no qcow2.
  private String base(Path overlay) {
    try (var file = new RandomAccessFile(overlay.toFile(), "r")) {
      if (file.readInt() != QCOW2) return null;
      file.seek(8);
      long offset = file.readLong();
      int length = file.readInt();
      if (offset == 0 || length <= 0 || length > LONGEST_NAME) return "";
      var name = new byte[length];
      file.seek(offset);
      file.readFully(name);
      return new String(name, StandardCharsets.UTF_8);
    } catch (java.io.EOFException tooShort) {
      return null;
    } catch (IOException e) {
      reading.refused(overlay.toString(), e);
      return "";
    }
  }

  /// Whether it was written to after the sandbox's folder was made.
  private static boolean newer(Path file, Path than) {
    try {
      var made = Files.readAttributes(than, BasicFileAttributes.class).creationTime();
      return Files.getLastModifiedTime(file).compareTo(made) > 0;
    } catch (IOException gone) {
      return false;
    }
  }

  private static int owner(Path file) {
    try {
      return ((Number) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS)).intValue();
    } catch (IOException gone) {
      return -1;
    }
  }

  private static boolean writable(Path file) {
    try {
      var rights = Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
      return rights.containsAll(
          Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    } catch (IOException gone) {
      return true;
    }
  }

  private long[] space() {
    try {
      Statfs fs = Statfs.of(Files.exists(subject.directory()) ? subject.directory() : home);
      return new long[] {fs.available().count(), fs.size().count(), fs.inodesFree(), fs.inodes()};
    } catch (IOException e) {
      reading.refused(home.toString(), e);
      return new long[] {-1, -1, -1, -1};
    }
  }

  private boolean readOnly() {
    try {
      return Files.exists(home) && Files.getFileStore(home).isReadOnly();
    } catch (IOException e) {
      return false;
    }
  }
}
