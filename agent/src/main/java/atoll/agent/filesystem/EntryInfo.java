package atoll.agent.filesystem;

import atoll.agent.guest.Metadata;
import atoll.agent.guest.PathKinds;
import atoll.agent.guest.Users;
import atoll.core.json.JsonWriter;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a client is told of one file, as the JSON of `EntryInfo`; symbolic links are not followed,
/// but described.
final class EntryInfo {
  private static final int TYPE_MASK = 0170000;
  private static final int LINK = 0120000;
  private static final int REGULAR = 0100000;
  private static final int DIRECTORY = 0040000;
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,lastModifiedTime";

  private EntryInfo() {}

  /// Appends the entry of `path`. Throws [java.nio.file.NoSuchFileException] if it is not there.
  static void write(Path path, String shown, Users users, StringBuilder out) throws IOException {
    Map<String, Object> file = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) file.get("mode");
    boolean link = (mode & TYPE_MASK) == LINK;
    int targetMode = link ? targetMode(path) : mode;
    out.append("{\"name\":");
    Path name = path.getFileName();
    JsonWriter.quote(name == null ? "/" : name.toString(), out);
    type(targetMode, out);
    out.append(",\"path\":");
    JsonWriter.quote(shown, out);
    long size = (Long) file.get("size");
    if (size != 0) out.append(",\"size\":\"").append(size).append('"');
    if ((targetMode & 0777) != 0) out.append(",\"mode\":").append(targetMode & 0777);
    out.append(",\"permissions\":\"").append(Permissions.text(mode)).append('"');
    text("owner", users.userName((Integer) file.get("uid")), out);
    text("group", users.groupName((Integer) file.get("gid")), out);
    time((FileTime) file.get("lastModifiedTime"), out);
    if (link) text("symlinkTarget", target(path), out);
    metadata(path, targetMode, out);
    out.append('}');
  }

  private static void text(String name, String value, StringBuilder out) {
    out.append(",\"").append(name).append("\":");
    JsonWriter.quote(value, out);
  }

  private static void type(int mode, StringBuilder out) {
    switch (mode & TYPE_MASK) {
      case REGULAR -> out.append(",\"type\":\"FILE_TYPE_FILE\"");
      case DIRECTORY -> out.append(",\"type\":\"FILE_TYPE_DIRECTORY\"");
      default -> {} // unspecified is left out
    }
  }

  /// The mode behind a link, 0 if it leads nowhere.
  private static int targetMode(Path link) {
    try {
      return (Integer) Files.getAttribute(link, "unix:mode");
    } catch (IOException dangling) {
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

  private static void metadata(Path path, int mode, StringBuilder out) {
    int type = mode & TYPE_MASK;
    if (type != REGULAR && type != DIRECTORY) return;
    Map<String, String> values = Metadata.read(path.toString());
    if (!values.isEmpty()) out.append(",\"metadata\":").append(atoll.core.json.Json.of(values));
  }

  private static void time(FileTime modified, StringBuilder out) {
    long seconds = modified.to(TimeUnit.SECONDS);
    Instant instant = modified.toInstant();
    if (seconds == 0 && instant.getNano() == 0) return;
    out.append(",\"modifiedTime\":\"").append(instant).append('"');
  }

  /// Whether the path is simply not there. The JDK says the same of a path that leads through a
  /// file.
  static boolean isMissing(IOException e, Path path) {
    return e instanceof java.nio.file.NoSuchFileException && !PathKinds.isBelowFile(path);
  }

  /// The kernel's words for a failure, without the path.
  static String reason(IOException e) {
    return e instanceof FileSystemException f && f.getReason() != null
        ? f.getReason()
        : String.valueOf(e.getMessage());
  }
}
