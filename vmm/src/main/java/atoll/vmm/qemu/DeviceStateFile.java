package atoll.vmm.qemu;

import atoll.vmm.io.Drain;
import atoll.vmm.io.IoLoop;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;

/// Receives one device state over a socket and keeps it in a file that appears whole or not at all.
///
/// The monitor gets no right to write files outside its own directory: it connects to `socket`
/// there, and this process stores what comes. A state is some 60 KB; more than 64 MiB is refused.
final class DeviceStateFile implements IoLoop.Endpoint, AutoCloseable {
  private static final long LARGEST = 64L << 20;

  private final IoLoop loop;
  private final Path socket;
  private final Path file;
  private final Path part;
  private final FileChannel out;
  private final ServerSocketChannel server;
  private final CompletableFuture<Void> received = new CompletableFuture<>();
  private long size;

  DeviceStateFile(IoLoop loop, Path socket, Path file) throws IOException {
    this.loop = loop;
    this.socket = socket;
    this.file = file;
    part = file.resolveSibling(file.getFileName() + ".part");
    Files.deleteIfExists(socket);
    out =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket), 1);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException e) {
      close();
      throw e;
    }
    loop.register(server, SelectionKey.OP_ACCEPT, this);
  }

  /// Completes when the monitor has closed the stream; fails when it could not be stored.
  CompletableFuture<Void> received() {
    return received;
  }

  /// Makes the file appear, forced to disk.
  void publish() throws IOException {
    out.force(true);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    var peer = server.accept();
    if (peer == null) return;
    key.interestOps(0);
    var drain = new Drain(this::store);
    drain.ended().thenRun(() -> received.complete(null));
    loop.register(peer, SelectionKey.OP_READ, drain);
  }

  private void store(ByteBuffer bytes) {
    try {
      size += bytes.remaining();
      if (size > LARGEST)
        throw new IOException("a device state of more than " + LARGEST + " bytes");
      while (bytes.hasRemaining()) out.write(bytes);
    } catch (IOException e) {
      received.completeExceptionally(e);
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void ended(IOException cause) {
    received.completeExceptionally(cause);
  }

  @Override
  public void close() throws IOException {
    loop.close(server, new IOException("no longer waiting for a device state"));
    server.close();
    out.close();
    Files.deleteIfExists(part);
    Files.deleteIfExists(socket);
  }
}
