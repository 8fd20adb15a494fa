package atoll.agent.filesystem;

import atoll.agent.rpc.Field;
import atoll.agent.rpc.MessageType;
import java.util.Map;

/// The messages of `filesystem.Filesystem`: what clients send, and the fields of what they are
/// sent.
final class FilesystemMessages {
  /// Stat, MakeDir and Remove.
  static final MessageType PATH = new MessageType(Field.text(1, "path"));

  static final MessageType LIST = new MessageType(Field.text(1, "path"), Field.uint32(2, "depth"));
  static final MessageType MOVE =
      new MessageType(Field.text(1, "source"), Field.text(2, "destination"));

  /// WatchDir and CreateWatcher.
  static final MessageType WATCH =
      new MessageType(
          Field.text(1, "path"),
          Field.flag(2, "recursive"),
          Field.flag(3, "includeEntry"),
          Field.flag(4, "allowNetworkMounts"));

  /// GetWatcherEvents and RemoveWatcher.
  static final MessageType WATCHER = new MessageType(Field.text(1, "watcherId"));

  /// The answer of Stat, MakeDir and Move.
  static final Field ENTRY = Field.message(1, "entry", MessageType.EMPTY);

  /// ListDir's answer, item by item.
  static final Field ENTRIES = Field.messages(1, "entries", MessageType.EMPTY);

  static final int FILE = 1;
  static final int DIRECTORY = 2;
  static final Field NAME = Field.text(1, "name");
  static final Field TYPE =
      Field.enumeration(
          2, "type", Map.of("FILE_TYPE_FILE", FILE, "FILE_TYPE_DIRECTORY", DIRECTORY));
  static final Field PATH_SHOWN = Field.text(3, "path");
  static final Field SIZE = Field.int64(4, "size");
  static final Field MODE = Field.uint32(5, "mode");
  static final Field PERMISSIONS = Field.text(6, "permissions");
  static final Field OWNER = Field.text(7, "owner");
  static final Field GROUP = Field.text(8, "group");
  static final Field MODIFIED = Field.timestamp(9, "modifiedTime");
  static final Field SYMLINK_TARGET = Field.text(10, "symlinkTarget");
  static final Field METADATA = Field.textMap(11, "metadata");

  static final Field WATCHER_ID = Field.text(1, "watcherId");

  /// The answer of GetWatcherEvents.
  static final Field EVENTS = Field.messages(1, "events", MessageType.EMPTY);

  /// The answers of WatchDir.
  static final Field STREAM_START = Field.message(1, "start", MessageType.EMPTY);

  static final Field STREAM_EVENT = Field.message(2, "filesystem", MessageType.EMPTY);
  static final Field STREAM_KEEPALIVE = Field.message(3, "keepalive", MessageType.EMPTY);

  static final Field EVENT_NAME = Field.text(1, "name");
  static final Field EVENT_TYPE =
      Field.enumeration(
          2,
          "type",
          Map.of(
              "EVENT_TYPE_CREATE", 1,
              "EVENT_TYPE_WRITE", 2,
              "EVENT_TYPE_REMOVE", 3,
              "EVENT_TYPE_RENAME", 4,
              "EVENT_TYPE_CHMOD", 5));
  static final Field EVENT_ENTRY = Field.message(3, "entry", MessageType.EMPTY);

  private FilesystemMessages() {}
}
