package atoll.agent.filesystem;

import atoll.linux.kernel.Inotify;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Watches one directory, or a whole tree of them, and tells what happens in the client's terms.
///
/// - A new directory is walked as soon as it is seen, and what it holds already is told as created:
///   nothing is missed when several levels are made at once.
/// - A directory that moves within the tree keeps its watches under its new name: what happens in
///   it right after is told.
///
/// For one thread.
final class TreeWatch implements AutoCloseable {
  private static final int MASK =
      Inotify.CREATE
          | Inotify.MODIFY
          | Inotify.DELETE
          | Inotify.DELETE_SELF
          | Inotify.MOVED_FROM
          | Inotify.MOVED_TO
          | Inotify.MOVE_SELF
          | Inotify.ATTRIB;

  /// Reads of the kernel's queue before the events are handed on; each gives some thousand.
  private static final int MOST_READS = 4;

  private final Path root;
  private final boolean recursive;
  private final Inotify inotify;
  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, Integer> watches = new HashMap<>();

  /// What a walk told before its event came. Once the queue has run dry, no such event can come.
  private final Set<String> walked = new HashSet<>();

  /// Directories that left their place, by the kernel's cookie; where they went is told next.
  private final Map<Integer, String> leaving = new HashMap<>();

  private TreeWatch(Path root, boolean recursive, Inotify inotify) {
    this.root = root;
    this.recursive = recursive;
    this.inotify = inotify;
  }

  static TreeWatch open(Path root, boolean recursive) throws IOException {
    var watch = new TreeWatch(root, recursive, Inotify.open());
    try {
      watch.add("");
      if (recursive) watch.walk("", null);
      return watch;
    } catch (IOException e) {
      watch.close();
      throw e;
    }
  }

  /// Readable when events wait.
  int descriptor() {
    return inotify.number();
  }

  private void add(String name) throws KernelException {
    int watch = inotify.watch((name.isEmpty() ? root : root.resolve(name)).toString(), MASK);
    names.put(watch, name);
    watches.put(name, watch);
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  /// Watches all directories below; tells what it finds if `found` is not null. What vanishes
  /// meanwhile is passed over.
  private void walk(String directory, List<FileEvent> found) throws KernelException {
    String[] entries = root.resolve(directory).toFile().list();
    if (entries == null) return;
    for (String entry : entries) {
      String name = join(directory, entry);
      if (found != null && walked.add(name)) found.add(new FileEvent(FileEvent.Kind.CREATE, name));
      if (Files.isDirectory(root.resolve(name), LinkOption.NOFOLLOW_LINKS)) enter(name, found);
    }
  }

  private void enter(String name, List<FileEvent> found) throws KernelException {
    try {
      add(name);
    } catch (KernelException e) {
      if (Files.isDirectory(root.resolve(name), LinkOption.NOFOLLOW_LINKS)) throw e;
      return;
    }
    walk(name, found);
  }

  /// What has happened; empty if nothing has. Throws [IOException] when events were lost.
  List<FileEvent> take() throws IOException {
    var events = new ArrayList<FileEvent>();
    for (int i = 0; i < MOST_READS; i++) {
      List<Inotify.Event> raw = inotify.read();
      if (raw.isEmpty()) {
        ranDry();
        break;
      }
      for (Inotify.Event event : raw) take(event, events);
    }
    return events;
  }

  private void take(Inotify.Event event, List<FileEvent> events) throws IOException {
    if (event.has(Inotify.OVERFLOW)) throw new IOException("fsnotify: queue or buffer overflow");
    if (event.has(Inotify.IGNORED)) forget(event.watch());
    else tell(event, events);
  }

  private void ranDry() throws KernelException {
    walked.clear();
    for (String name : leaving.values()) leave(name);
    leaving.clear();
  }

  private void forget(int watch) {
    String name = names.remove(watch);
    if (name != null) watches.remove(name, watch);
  }

  private void tell(Inotify.Event event, List<FileEvent> events) throws KernelException {
    String directory = names.get(event.watch());
    if (directory == null) return;
    if (event.name().isEmpty() && !directory.isEmpty())
      return; // its parent tells the same, by name
    String name = event.name().isEmpty() ? "." : join(directory, event.name());
    boolean created = event.has(Inotify.CREATE | Inotify.MOVED_TO) && !walked.remove(name);
    if (event.has(Inotify.DELETE | Inotify.MOVED_FROM)) walked.remove(name);
    if (created) events.add(new FileEvent(FileEvent.Kind.CREATE, name));
    if (event.has(Inotify.MOVED_FROM | Inotify.MOVE_SELF))
      events.add(new FileEvent(FileEvent.Kind.RENAME, name));
    if (event.has(Inotify.ATTRIB)) events.add(new FileEvent(FileEvent.Kind.CHMOD, name));
    if (event.has(Inotify.MODIFY)) events.add(new FileEvent(FileEvent.Kind.WRITE, name));
    if (event.has(Inotify.DELETE | Inotify.DELETE_SELF))
      events.add(new FileEvent(FileEvent.Kind.REMOVE, name));
    if (recursive && event.has(Inotify.ISDIR) && !event.name().isEmpty())
      follow(event, name, created, events);
  }

  private void follow(Inotify.Event event, String name, boolean created, List<FileEvent> events)
      throws KernelException {
    if (event.has(Inotify.MOVED_FROM)) {
      leaving.put(event.cookie(), name);
      return;
    }
    String before = event.has(Inotify.MOVED_TO) ? leaving.remove(event.cookie()) : null;
    if (before != null) move(before, name);
    if (created) enter(name, event.has(Inotify.CREATE) ? events : null);
  }

  private List<String> watchedAt(String name) {
    var found = new ArrayList<String>();
    for (String watched : watches.keySet()) {
      if (watched.equals(name) || watched.startsWith(name + "/")) found.add(watched);
    }
    return found;
  }

  /// The watches below a directory that moved stay, under their new names.
  private void move(String before, String after) {
    for (String watched : watchedAt(before)) {
      int watch = watches.remove(watched);
      String name = after + watched.substring(before.length());
      watches.put(name, watch);
      names.put(watch, name);
    }
  }

  private void leave(String name) throws KernelException {
    for (String watched : watchedAt(name)) {
      int watch = watches.remove(watched);
      names.remove(watch);
      inotify.unwatch(watch);
    }
  }

  @Override
  public void close() {
    inotify.close();
  }
}
