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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Everything that one monitor process says on its own: its standard error, and its guest's
/// console.
///
/// Both are sockets that the [IoLoop] empties, so nothing a guest prints can fill the disk or stop
/// the monitor: with a full socket buffer QEMU's serial port holds the guest's next byte back and
/// drops it after four tries. The monitor connects its console to a socket in its own directory,
/// before it does anything else, so no byte is lost; whoever adopts the monitor later can listen
/// there and have QEMU connect again (QMP `chardev-change`).
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
  private final Drain wordDrain = new Drain(words::append);
  private final CompletableFuture<Void> consoleEnded = new CompletableFuture<>();
  private boolean consoleConnected;

  private MonitorOutput(IoLoop loop, Path socket, ServerSocketChannel server, ConsoleLog log)
      throws IOException {
    this.loop = loop;
    this.socket = socket;
    this.server = server;
    this.log = log;
    standardError = UnixSocket.connect(socket);
    SocketChannel words = server.accept(); // ours: nobody else knows of the socket yet
    Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    loop.register(words, SelectionKey.OP_READ, wordDrain);
    loop.register(server, SelectionKey.OP_ACCEPT, new Door());
  }

  /// Listens at `socket`, in a directory that only the monitor's user may enter.
  public static MonitorOutput open(IoLoop loop, Path socket, Path consoleFile) throws IOException {
    Files.deleteIfExists(socket);
    var log = new ConsoleLog(consoleFile);
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
      return new MonitorOutput(loop, socket, server, log);
    } catch (IOException | RuntimeException e) {
      server.close();
      log.close();
      throw e;
    }
  }

  /// The descriptor that becomes the monitor's standard error; [#spawned()] closes our copy.
  public Fd standardError() {
    return standardError;
  }

  /// To be called when the monitor has its copies, or when there will be none.
  public void spawned() {
    standardError.close();
  }

  /// The console's last lines, oldest first.
  public List<String> consoleTail(int lines) {
    return log.last(lines);
  }

  /// The last words on standard error: at most ten lines, joined.
  public String lastWords() {
    return String.join(" | ", words.last(10));
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
      if (!consoleConnected) acceptConsole();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "looking for a console connection", e);
    }
    if (!consoleConnected) consoleEnded.complete(null);
  }

  /// On the loop's thread. One console at a time; any other connection is turned away.
  private void acceptConsole() throws IOException {
    SocketChannel peer = server.accept();
    if (peer == null) return;
    if (consoleConnected) {
      peer.close();
      return;
    }
    consoleConnected = true;
    var drain = new Drain(log::append);
    drain.ended().thenRun(this::consoleGone);
    loop.register(peer, SelectionKey.OP_READ, drain);
  }

  private void consoleGone() {
    consoleConnected = false;
    consoleEnded.complete(null);
  }

  @Override
  public void close() {
    standardError.close();
    loop.close(server, new IOException("the console was closed"));
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "removing " + socket, e);
    }
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
