package atoll.agent.filesystem;

import atoll.agent.guest.Users;
import atoll.agent.rpc.MessageWriter;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Something that happened below a watched directory.
///
/// @param name relative to the watched directory; `.` for itself
record FileEvent(Kind kind, String name) {
  /// In the order in which the bits of one kernel event are told.
  enum Kind {
    CREATE(1),
    RENAME(4),
    CHMOD(5),
    WRITE(2),
    REMOVE(3);

    private final int number;

    Kind(int number) {
      this.number = number;
    }
  }

  /// What is there now, or null: nothing is there any more, or the kind of event says nothing of
  /// it.
  EntryInfo entry(Path root) {
    if (kind == Kind.REMOVE || kind == Kind.RENAME) return null;
    try {
      return EntryInfo.read(path(root));
    } catch (IOException | InvalidPathException vanished) {
      return null;
    }
  }

  private Path path(Path root) {
    return name.equals(".") ? root : root.resolve(name);
  }

  /// Appends the fields of `FilesystemEvent`.
  ///
  /// @param entry null for an event without one
  void write(Path root, EntryInfo entry, Users.Names names, MessageWriter to) {
    to.text(FilesystemMessages.EVENT_NAME, name);
    to.enumeration(FilesystemMessages.EVENT_TYPE, kind.number);
    if (entry == null) return;
    to.open(FilesystemMessages.EVENT_ENTRY);
    entry.write(path(root).toString(), names, to);
    to.close();
  }
}
