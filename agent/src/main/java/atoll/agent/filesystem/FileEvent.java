package atoll.agent.filesystem;

import atoll.agent.guest.Users;
import atoll.core.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;

/// Something that happened below a watched directory.
///
/// @param name relative to the watched directory; `.` for itself
record FileEvent(Kind kind, String name) {
  enum Kind {
    CREATE,
    RENAME,
    CHMOD,
    WRITE,
    REMOVE
  }

  /// Appends the JSON of `FilesystemEvent`, with what is there now if asked for and if there is
  /// still something.
  void write(Path root, boolean withEntry, Users users, StringBuilder out) {
    out.append("{\"name\":");
    JsonWriter.quote(name, out);
    out.append(",\"type\":\"EVENT_TYPE_").append(kind.name()).append('"');
    if (withEntry && kind != Kind.REMOVE && kind != Kind.RENAME) entry(root, users, out);
    out.append('}');
  }

  private void entry(Path root, Users users, StringBuilder out) {
    int before = out.length();
    Path path = name.equals(".") ? root : root.resolve(name);
    try {
      out.append(",\"entry\":");
      EntryInfo.write(path, path.toString(), users, out);
    } catch (IOException vanished) {
      out.setLength(before);
    }
  }
}
