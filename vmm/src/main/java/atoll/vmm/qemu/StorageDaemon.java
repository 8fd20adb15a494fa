package atoll.vmm.qemu;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.core.json.Json;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.UnixSocket;
import atoll.linux.process.Child;
import atoll.linux.process.ExitStatus;
import atoll.linux.process.Spawn;
import atoll.vmm.RawDisks;
import atoll.vmm.VmmException;
import atoll.vmm.console.TextTail;
import atoll.vmm.io.Drain;
import atoll.vmm.io.IoLoop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// One `qemu-storage-daemon` that shows the overlays of a whole node as raw files through FUSE.
///
/// Exports are added and removed while it runs. When it ends, every file it shows is dead: each
/// [RawDisk] says so, and the mounts are taken away, since nothing else could use their places.
///
/// - **Owner** a node; [#close()] ends the process, which writes everything back. It runs as root,
///   since it mounts; what a guest writes it never interprets.
/// - **Threads** safe anywhere.
/// - **Source** qemu-storage-daemon(1), QEMU storage daemon QMP reference.
public final class StorageDaemon implements RawDisks, AutoCloseable {
  /// The name by which a sweep finds the process.
  public static final String NAME = "storage";

  private static final System.Logger LOG = System.getLogger(StorageDaemon.class.getName());
  private static final Path PROGRAM = Path.of("/usr/bin/qemu-storage-daemon");
  private static final Path FUSE = Path.of("/dev/fuse");
  private static final int CONTROL = 3;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;
  private static final Duration START = Duration.ofSeconds(10);

  /// Writing back what is dirty of all disks; a slow disk may need it.
  private static final Duration END = Duration.ofSeconds(20);

  private final Child child;
  private final Qmp qmp;
  private final TextTail words;
  private final Map<String, DiskExport> exports = new ConcurrentHashMap<>();
  private volatile boolean closing;
  private volatile boolean left;

  /// Takes over the daemon that an earlier process started with this `folder`, and with it what it
  /// shows.
  ///
  /// @throws VmmException if that very process is gone, or does not answer; it is untouched
  public static StorageDaemon adopt(Path folder, long pid, long startTicks) throws IOException {
    var loop = new IoLoop("storage-io");
    Child child;
    try {
      child = Child.adopt(Math.toIntExact(pid), startTicks);
    } catch (KernelException gone) {
      throw new VmmException("the storage daemon " + pid + " is gone", gone);
    }
    var daemon = new StorageDaemon(loop, folder, child, new TextTail());
    try {
      Waiting.await(daemon.qmp.greeting(), "answer for the storage", Deadline.after(START));
      return daemon;
    } catch (IOException e) {
      daemon.leave();
      throw e;
    }
  }

  private StorageDaemon(IoLoop loop, Path folder, Child child, TextTail words) throws IOException {
    this.child = child;
    this.words = words;
    qmp = Qmp.connect(loop, socket(folder), this::event, Qmp.READING_AHEAD);
    child.exit().thenAccept(status -> Thread.ofVirtual().start(() -> ended(status)));
  }

  /// Starts the daemon; `folder` holds its control socket.
  ///
  /// @throws Refusal.Unavailable if the program or FUSE is missing
  public static StorageDaemon start(Path folder) throws IOException {
    require(PROGRAM, "storage_daemon_missing", "apt-get install qemu-utils");
    require(FUSE, "fuse_missing", "modprobe fuse; in a container, pass the device " + FUSE + " in");
    var loop = new IoLoop("storage-io");
    Files.deleteIfExists(socket(folder));
    var said = new TextTail();
    Child child;
    try (Fd control = UnixSocket.listen(socket(folder), 2);
        Fd error = listener(loop, folder, said)) {
      child =
          Spawn.command(command(folder))
              .environment(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"))
              .directory("/")
              .fd(1, error.number())
              .fd(2, error.number())
              .fd(CONTROL, control.number())
              .session(true)
              .start();
    }
    try {
      var daemon = new StorageDaemon(loop, folder, child, said);
      daemon.awaitGreeting();
      return daemon;
    } catch (IOException | RuntimeException e) {
      child.signal(SIGKILL);
      throw e;
    }
  }

  private static void require(Path path, String reason, String remedy) {
    if (!Files.exists(path))
      throw new Refusal.Unavailable(
          reason, path + " is missing: Firecracker's guests have no disk without it", remedy);
  }

  /// The pid file is not read: its path lets a sweep tell whose daemon this is.
  static List<String> command(Path folder) {
    return List.of(
        PROGRAM.toString(),
        "--chardev",
        "socket,id=atoll-" + NAME + ",fd=" + CONTROL + ",server=on,wait=off",
        "--monitor",
        "atoll-" + NAME,
        "--pidfile",
        folder.resolve("storage.pid").toString());
  }

  private static Path socket(Path folder) {
    return folder.resolve("storage.sock");
  }

  /// Its standard error, emptied by the loop: a connection to ourselves.
  private static Fd listener(IoLoop loop, Path folder, TextTail said) throws IOException {
    Path path = folder.resolve("words.sock");
    Files.deleteIfExists(path);
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path), 1);
      Fd writing = UnixSocket.connect(path);
      SocketChannel reading = server.accept();
      loop.register(reading, SelectionKey.OP_READ, new Drain(said::append));
      return writing;
    } finally {
      Files.deleteIfExists(path);
    }
  }

  private void awaitGreeting() throws IOException {
    try {
      Waiting.await(qmp.greeting(), "say that the storage daemon runs", Deadline.after(START));
    } catch (IOException e) {
      close();
      throw new VmmException("the storage daemon does not start: " + lastWords(e), e);
    }
  }

  private String lastWords(IOException e) {
    String said = String.join(" | ", words.last(5));
    return said.isEmpty() ? e.getMessage() : said;
  }

  public long pid() {
    return child.pid();
  }

  @Override
  public RawDisk export(Path overlay, Path mountPoint, int uid, Deadline deadline)
      throws IOException {
    String name = name(mountPoint);
    var disk = new DiskExport(this, name, mountPoint);
    exports.put(name, disk);
    try {
      // Asked at once: the daemon takes one after the other, and refuses the second with the first.
      var opened = qmp.send("blockdev-add", node(name, overlay));
      var shown = qmp.send("block-export-add", fuse(name, mountPoint));
      opened.thenRun(disk::opened);
      var both = opened.thenCombine(shown, (_, done) -> done); // the first refusal says more
      Waiting.await(both, "show the overlay", deadline);
      disk.shown();
      Files.setAttribute(mountPoint, "unix:uid", uid);
      return disk;
    } catch (IOException | RuntimeException e) {
      disk.close();
      throw VmmException.refused(
          "disk_export_failed",
          "the overlay " + overlay + " cannot be shown as a raw file: " + e.getMessage());
    }
  }

  @Override
  public RawDisk adopt(Path mountPoint, Deadline deadline) throws IOException {
    String name = name(mountPoint);
    Json shown =
        Waiting.await(qmp.send("query-block-exports", Json.EMPTY), "say what it shows", deadline);
    boolean there =
        shown instanceof Json.Arr(List<Json> all)
            && all.stream()
                .anyMatch(e -> e instanceof Json.Obj o && o.text("id").equals(Optional.of(name)));
    if (!there)
      throw VmmException.refused("disk_lost", "the storage daemon shows nothing at " + mountPoint);
    var disk = new DiskExport(this, name, mountPoint);
    disk.shown();
    exports.put(name, disk);
    return disk;
  }

  /// Of node and export: the same for the same place, so that a later process finds it. Short, at
  /// most 14 characters where 31 are allowed, see [#node].
  static String name(Path mountPoint) {
    try {
      byte[] text = mountPoint.toString().getBytes(StandardCharsets.UTF_8);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
      return "d" + Long.toUnsignedString(ByteBuffer.wrap(digest).getLong(), Character.MAX_RADIX);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /// No word too many: QEMU reads its commands byte by byte, with six system calls for each. What
  /// is left out is so by default: discards reach the file, others may open the mount, nothing
  /// grows.
  static Json.Obj node(String name, Path overlay) {
    return Json.object(
        "driver",
        "qcow2",
        "node-name",
        name,
        "discard",
        "unmap",
        "file",
        Json.object("driver", "file", "filename", overlay.toString()));
  }

  static Json.Obj fuse(String name, Path mountPoint) {
    return Json.object(
        "type",
        "fuse",
        "id",
        name,
        "node-name",
        name,
        "mountpoint",
        mountPoint.toString(),
        "writable",
        true);
  }

  void call(String command, Json.Obj arguments, Deadline deadline) throws IOException {
    Waiting.await(qmp.send(command, arguments), command, deadline);
  }

  /// Whether it can show anything.
  public boolean alive() {
    return child.alive();
  }

  void forget(String name) {
    exports.remove(name);
  }

  private void event(Json.Obj message) {
    if (!message.text("event").orElse("").equals("BLOCK_EXPORT_DELETED")) return;
    DiskExport gone = exports.get(message.object("data").text("id").orElse(""));
    if (gone != null) gone.deleted();
  }

  private void ended(ExitStatus status) {
    qmp.close();
    if (!closing)
      LOG.log(
          System.Logger.Level.ERROR,
          "the storage daemon {0} ended: {1} {2}",
          pid(),
          status,
          String.join(" | ", words.last(5)));
    if (left) return;
    String cause = "the storage daemon ended: " + status;
    List.copyOf(exports.values()).forEach(disk -> disk.lose(cause));
  }

  /// Gives up every hold on the daemon, which goes on showing what it shows: [#adopt].
  public void leave() {
    closing = true;
    left = true;
    qmp.close();
  }

  /// Ends the daemon, which writes everything back first; nothing after [#leave].
  @Override
  public void close() {
    if (left) return;
    closing = true;
    if (!alive()) return;
    try {
      child.signal(SIGTERM);
      if (awaitEnd(END)) return;
      LOG.log(System.Logger.Level.ERROR, "the storage daemon {0} does not end: killed", pid());
      child.signal(SIGKILL);
      awaitEnd(END);
    } catch (KernelException e) {
      LOG.log(System.Logger.Level.WARNING, "ending the storage daemon", e);
    }
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return child.awaitEnd(limit).isPresent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
