package atoll.node.ledger;

import atoll.core.Refusal;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The list of everything that this node has made on its host, kept on disk ahead of the making.
///
/// ```java
/// Ledger.Entry entry = ledger.open(new HostObject.Directory(path)); // on disk and forced
/// Files.createDirectory(path);                                      // only now is the object made
/// ...
/// remove(path);
/// ledger.close(entry);                                              // only now is it forgotten
/// ```
///
/// - **Owner** the node process; a second one on the same folder is refused.
/// - **Threads** safe anywhere; writes are serialised.
/// - **Restart** [#left()] is what an earlier process did not take away; [Recovery] does.
/// - **Reboot** ends processes, groups and namespaces by itself, and their names may be another's
///   since: they are forgotten, files are not.
/// - **Bound** the file is rewritten with the open entries alone when ended ones outweigh them.
public final class Ledger implements AutoCloseable {
  /// An object that is on the host, about to be, or just gone.
  public record Entry(long number, HostObject object) {}

  private static final System.Logger LOG = System.getLogger(Ledger.class.getName());
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int SPARE_LINES = 1024; // about 150 KiB of ended lines before a rewrite

  private final FileChannel lockFile;
  private final Journal journal;
  private final String boot;
  private String writtenIn; // the boot in which the lines read so far were written
  private final Map<Long, HostObject> live = new TreeMap<>();
  private final List<Entry> left;
  private long lastNumber;
  private long lines;

  private Ledger(Path directory, FileChannel lockFile, String boot, Failpoint failpoint)
      throws IOException {
    this.lockFile = lockFile;
    this.boot = boot;
    replay(directory.resolve("journal"));
    this.left = entries();
    this.journal = Journal.start(directory.resolve("journal"), snapshot(), failpoint);
    this.lines = live.size() + 1L;
  }

  /// Read once and kept by nobody.
  private Ledger(Path directory, String boot) throws IOException {
    this.lockFile = null;
    this.boot = boot;
    replay(directory.resolve("journal"));
    this.left = entries();
    this.journal = null;
  }

  private void replay(Path file) throws IOException {
    Journal.read(file).forEach(this::replay);
    if (!boot.equals(writtenIn)) live.values().removeIf(HostObject::endsWithBoot);
  }

  /// What the ledger in `directory` holds at this moment, whoever writes it; changes nothing.
  public static List<Entry> peek(Path directory) throws IOException {
    return new Ledger(directory, Files.readString(BOOT_ID).strip()).left;
  }

  /// Whether a process has it open; false for one that was never begun.
  public static boolean isHeld(Path directory) throws IOException {
    if (!Files.exists(directory.resolve("lock"))) return false;
    try {
      lock(directory).close();
      return false;
    } catch (Refusal.Conflict held) {
      return true;
    }
  }

  /// Opens or begins the ledger in `directory`.
  ///
  /// @throws Refusal.Conflict if another process holds it
  public static Ledger open(Path directory) throws IOException {
    return open(directory, Failpoint.NONE);
  }

  /// As [#open(Path)], with steps at which a test may stop it.
  public static Ledger open(Path directory, Failpoint failpoint) throws IOException {
    return open(directory, Files.readString(BOOT_ID).strip(), failpoint);
  }

  static Ledger open(Path directory, String boot) throws IOException {
    return open(directory, boot, Failpoint.NONE);
  }

  private static Ledger open(Path directory, String boot, Failpoint failpoint) throws IOException {
    Files.createDirectories(directory);
    FileChannel lockFile = lock(directory);
    try {
      return new Ledger(directory, lockFile, boot, failpoint);
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    var channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel) != null) return channel;
    channel.close();
    throw new Refusal.Conflict(
        "node_already_running", "another node process works in " + directory.getParent());
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldHere) {
      return null;
    }
  }

  private void replay(JournalLine line) {
    lastNumber = Math.max(lastNumber, line.number());
    switch (line.operation()) {
      case '+' -> live.put(line.number(), line.object());
      case '-' -> live.remove(line.number());
      default -> {
        writtenIn = line.boot();
      }
    }
  }

  /// What the process before this one left open, oldest first.
  public List<Entry> left() {
    return left;
  }

  /// Everything open now, oldest first.
  public synchronized List<Entry> entries() {
    return live.entrySet().stream().map(e -> new Entry(e.getKey(), e.getValue())).toList();
  }

  /// A number never given before in this ledger, also not before a restart.
  ///
  /// It is on disk for certain only after the next [#open], which must come before anything is
  /// named after it.
  public synchronized long nextNumber() throws IOException {
    long number = lastNumber + 1;
    append(List.of(JournalLine.mark(number, boot)), false);
    lastNumber = number;
    return number;
  }

  public Entry open(HostObject object) throws IOException {
    return open(List.of(object)).getFirst();
  }

  /// Journals several objects with one forced write. If it fails nothing is journaled.
  public synchronized List<Entry> open(List<? extends HostObject> objects) throws IOException {
    var fresh = new ArrayList<Entry>();
    for (HostObject object : objects) fresh.add(new Entry(lastNumber + 1 + fresh.size(), object));
    append(fresh.stream().map(e -> JournalLine.open(e.number(), e.object())).toList(), true);
    lastNumber += fresh.size();
    fresh.forEach(e -> live.put(e.number(), e.object()));
    return List.copyOf(fresh);
  }

  /// Journals something that a power cut ends anyway, without forcing it to disk.
  public synchronized Entry note(HostObject object) throws IOException {
    var entry = new Entry(lastNumber + 1, object);
    append(List.of(JournalLine.open(entry.number(), object)), false);
    lastNumber = entry.number();
    live.put(entry.number(), object);
    return entry;
  }

  /// Replaces what is known of an object, such as the pid of a monitor that has been spawned. Not
  /// forced: a power cut that could lose it ends the monitor too.
  public synchronized Entry amend(Entry entry, HostObject object) throws IOException {
    if (!live.containsKey(entry.number()))
      throw new IllegalStateException("the entry is closed: " + entry);
    append(List.of(JournalLine.open(entry.number(), object)), false);
    live.put(entry.number(), object);
    return new Entry(entry.number(), object);
  }

  /// Forgets an object that is gone. May be repeated, and never fails: a full disk must not stop a
  /// clean-up.
  ///
  /// A line that is lost costs nothing but a vain look at the next start.
  public synchronized void close(Entry entry) {
    if (live.remove(entry.number()) == null) return;
    try {
      append(List.of(JournalLine.close(entry.number())), false);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the end of {0} could not be journaled: {1}",
          entry.object().describe(),
          e);
    }
  }

  private void append(List<JournalLine> more, boolean force) throws IOException {
    if (lines > SPARE_LINES + 4L * live.size()) compact();
    journal.append(more, force);
    lines += more.size();
  }

  private void compact() {
    try {
      journal.replace(snapshot());
      lines = live.size() + 1L;
    } catch (IOException e) {
      lines = 0; // tried again after as many lines; the long journal is as good as the short one
      LOG.log(System.Logger.Level.WARNING, "the journal could not be shortened: {0}", e.toString());
    }
  }

  private List<JournalLine> snapshot() {
    var all = new ArrayList<JournalLine>();
    all.add(JournalLine.mark(lastNumber, boot));
    live.forEach((number, object) -> all.add(JournalLine.open(number, object)));
    return all;
  }

  /// Lets another process open the ledger. Entries still open stay on disk.
  @Override
  public synchronized void close() throws IOException {
    journal.close();
    lockFile.close();
  }
}
