package atoll.vmm.console;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.UnixSocket;
import atoll.vmm.io.Drain;
import atoll.vmm.io.IoLoop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Everything that one monitor process says on its own: its standard error, and its guest's
/// console.
///
/// Both are sockets that the [IoLoop] empties, so nothing a guest prints can fill the disk or stop
/// the monitor: with a full socket buffer QEMU's serial port holds the guest's next byte back and
/// drops it after four tries. The monitor connects its console to a socket in its own directory,
/// before it does anything else, so no byte is lost; whoever adopts the monitor later listens there
/// ([#reopen]) and has QEMU connect again. The standard error of an adopted one leads nowhere.
///
/// - **Owner** the VM. [#close()] removes the socket; the log and both tails can be read
///   afterwards.
/// - **Threads** safe anywhere.
public final class MonitorOutput implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(MonitorOutput.class.getName());

  /// One for standard error, one for the console.
  private static final int BACKLOG = 2;

  private final IoLoop loop;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Fd standardError;
  private final TextTail words = new TextTail();
  private final ConsoleLog log;
  private final GuestEnd guestEnd = new GuestEnd(_ -> {}); // its process ends by itself
  private final Drain wordDrain = new Drain(words::append);
  private final CompletableFuture<Void> consoleEnded = new CompletableFuture<>();
  private SocketChannel console; // on the loop's thread; null while none is connected

  /// @param standardError null if the process has one already
  private MonitorOutput(
      IoLoop loop, Path socket, ServerSocketChannel server, ConsoleLog log, Fd standardError)
      throws IOException {
    this.loop = loop;
    this.socket = socket;
    this.server = server;
    this.log = log;
    this.standardError = standardError;
    if (standardError == null) wordDrain.ended(new IOException("it leads to another process"));
    else loop.register(server.accept(), SelectionKey.OP_READ, wordDrain);
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    loop.register(server, SelectionKey.OP_ACCEPT, new Door());
  }

  /// Listens at `socket`, in a directory that only the monitor's user may enter.
  public static MonitorOutput open(IoLoop loop, Path socket, Path consoleFile) throws IOException {
    return listen(loop, socket, new ConsoleLog(consoleFile), true);
  }

  /// Listens there again, for the console of a monitor that runs already; the log goes on.
  public static MonitorOutput reopen(IoLoop loop, Path socket, Path consoleFile)
      throws IOException {
    return listen(loop, socket, ConsoleLog.resume(consoleFile), false);
  }

  private static MonitorOutput listen(IoLoop loop, Path socket, ConsoleLog log, boolean fresh)
      throws IOException {
    ServerSocketChannel server = null;
    Fd error = null;
    try {
      Files.deleteIfExists(socket);
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
      // Accepted as ours: nobody else knows of the socket yet.
      if (fresh) error = UnixSocket.connect(socket);
      return new MonitorOutput(loop, socket, server, log, error);
    } catch (IOException | RuntimeException e) {
      if (server != null) server.close();
      if (error != null) error.close();
      log.close();
      throw e;
    }
  }

  /// The descriptor that becomes a fresh monitor's standard error; [#spawned()] closes our copy.
  public Fd standardError() {
    return standardError;
  }

  /// To be called when the monitor has its copies, or when there will be none.
  public void spawned() {
    if (standardError != null) standardError.close();
  }

  /// The console's last lines, oldest first.
  public List<String> consoleTail(int lines) {
    return log.last(lines);
  }

  /// The last words on standard error: at most ten lines, joined.
  public String lastWords() {
    return String.join(" | ", words.last(10));
  }

  /// What the guest's kernel said of its own end, if it did.
  public Optional<GuestEnd.Seen> guestEnd() {
    return Optional.ofNullable(guestEnd.seen());
  }

  /// To be called when the process has ended: completes, within a second, when all that it said was
  /// read.
  public CompletableFuture<Void> drained() {
    loop.execute(this::lookForLateConsole);
    return CompletableFuture.allOf(wordDrain.ended(), consoleEnded)
        .completeOnTimeout(null, 1, TimeUnit.SECONDS);
  }

  private void lookForLateConsole() {
    try {
      if (console == null) acceptConsole();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "looking for a console connection", e);
    }
    if (console == null) consoleEnded.complete(null);
  }

  /// On the loop's thread. One console at a time; any other connection is turned away.
  private void acceptConsole() throws IOException {
    SocketChannel peer = server.accept();
    if (peer == null) return;
    if (console != null) {
      peer.close();
      return;
    }
    console = peer;
    var drain = new Drain(bytes -> guestEnd.read(log.append(bytes)));
    drain.ended().thenRun(this::consoleGone);
    loop.register(peer, SelectionKey.OP_READ, drain);
  }

  private void consoleGone() {
    console = null;
    consoleEnded.complete(null);
  }

  @Override
  public void close() {
    spawned();
    loop.close(server, new IOException("the console was closed"));
    loop.execute(this::hangUp);
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "removing " + socket, e);
    }
  }

  /// On the loop's thread.
  private void hangUp() {
    if (console != null) loop.close(console, new IOException("the console was closed"));
  }

  private final class Door implements IoLoop.Endpoint {
    @Override
    public void ready(SelectionKey key) throws IOException {
      acceptConsole();
    }

    @Override
    public void ended(IOException cause) {
      log.close();
    }
  }
}
