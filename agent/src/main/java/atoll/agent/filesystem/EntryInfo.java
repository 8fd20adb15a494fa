package atoll.agent.filesystem;

import atoll.agent.guest.Metadata;
import atoll.agent.guest.PathKinds;
import atoll.agent.guest.Users;
import atoll.agent.rpc.MessageWriter;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.FileProbe;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/// What a client is told of one file; symbolic links are not followed, but described.
///
/// @param mode of the file itself, with its type
/// @param targetMode of what a link leads to, 0 if nowhere; else as `mode`
/// @param modifiedNanos after `modifiedSeconds`, 0 to 999,999,999
/// @param target where a link leads, or its own path if nowhere; null for others
record EntryInfo(
    String name,
    int mode,
    int targetMode,
    long size,
    int uid,
    int gid,
    long modifiedSeconds,
    int modifiedNanos,
    String target,
    Map<String, String> metadata) {
  private static final int TYPE_MASK = 0170000;
  private static final int LINK = 0120000;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,lastModifiedTime";

  /// The first and last second that the protocol's timestamps can say: the years 1 to 9999.
  private static final long EARLIEST = -62_135_596_800L;

  private static final long LATEST = 253_402_300_799L;

  /// Throws [NoSuchFileException] if nothing is there.
  static EntryInfo read(Path path) throws IOException {
    try (var probe = new FileProbe()) {
      return read(path, probe);
    }
  }

  /// As [#read(Path)], for many files in a row.
  static EntryInfo read(Path path, FileProbe probe) throws IOException {
    String text = path.toString();
    // A name that is no UTF-8 has lost bytes on its way into a text; the JDK still has them.
    FileProbe.Status file = text.indexOf('\uFFFD') < 0 ? status(text, probe) : byJdk(path);
    boolean link = (file.mode() & TYPE_MASK) == LINK;
    int targetMode = link ? targetMode(text, probe) : file.mode();
    Path name = path.getFileName();
    return new EntryInfo(
        name == null ? "/" : name.toString(),
        file.mode(),
        targetMode,
        file.size(),
        file.uid(),
        file.gid(),
        Math.clamp(file.modifiedSeconds(), EARLIEST, LATEST),
        file.modifiedNanos(),
        link ? target(path) : null,
        metadata(text, targetMode, probe));
  }

  private static FileProbe.Status status(String path, FileProbe probe) throws IOException {
    try {
      return probe.status(path, false);
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) throw new NoSuchFileException(path);
      throw new FileSystemException(path, null, Errno.text(e.errno()));
    }
  }

  private static FileProbe.Status byJdk(Path path) throws IOException {
    Map<String, Object> file = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    Instant modified = ((FileTime) file.get("lastModifiedTime")).toInstant();
    return new FileProbe.Status(
        (Integer) file.get("mode"),
        (Integer) file.get("uid"),
        (Integer) file.get("gid"),
        (Long) file.get("size"),
        modified.getEpochSecond(),
        modified.getNano());
  }

  boolean isDirectory() {
    return (mode & TYPE_MASK) == DIRECTORY;
  }

  /// Appends the fields of `EntryInfo`.
  void write(String shownPath, Users.Names names, MessageWriter to) {
    to.text(FilesystemMessages.NAME, name);
    to.enumeration(FilesystemMessages.TYPE, type());
    to.text(FilesystemMessages.PATH_SHOWN, shownPath);
    to.int64(FilesystemMessages.SIZE, size);
    to.uint32(FilesystemMessages.MODE, targetMode & 0777);
    to.text(FilesystemMessages.PERMISSIONS, Permissions.text(mode));
    to.text(FilesystemMessages.OWNER, names.user(uid));
    to.text(FilesystemMessages.GROUP, names.group(gid));
    if (modifiedSeconds != 0 || modifiedNanos != 0)
      to.timestamp(FilesystemMessages.MODIFIED, modifiedSeconds, modifiedNanos);
    to.optionalText(FilesystemMessages.SYMLINK_TARGET, target);
    to.textMap(FilesystemMessages.METADATA, metadata);
  }

  private int type() {
    return switch (targetMode & TYPE_MASK) {
      case REGULAR -> FilesystemMessages.FILE;
      case DIRECTORY -> FilesystemMessages.DIRECTORY;
      default -> 0; // unspecified
    };
  }

  /// The mode behind a link, 0 if it leads nowhere.
  private static int targetMode(String link, FileProbe probe) {
    try {
      return probe.status(link, true).mode();
    } catch (KernelException dangling) {
      return 0;
    }
  }

  private static String target(Path link) {
    try {
      return link.toRealPath().toString();
    } catch (IOException dangling) {
      return link.toString();
    }
  }

  private static Map<String, String> metadata(String path, int mode, FileProbe probe) {
    int type = mode & TYPE_MASK;
    return type == REGULAR || type == DIRECTORY ? Metadata.read(path, probe) : Map.of();
  }

  /// Whether the path is simply not there. The JDK says the same of a path that leads through a
  /// file.
  static boolean isMissing(IOException e, Path path) {
    return e instanceof NoSuchFileException && !PathKinds.isBelowFile(path);
  }

  /// The kernel's words for a failure, without the path.
  static String reason(IOException e) {
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(e.getMessage());
  }
}
