package atoll.protocol.http;

import atoll.core.Connection;
import atoll.core.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// A [Connection] over a unix socket, whose reads and writes end at the deadline.
public final class UnixConnection implements Connection {
  private static final Duration DEFAULT = Duration.ofSeconds(5);

  private final SocketChannel channel;
  private final Selector selector;
  private volatile Deadline deadline = Deadline.after(DEFAULT);

  private UnixConnection(SocketChannel channel, Selector selector) {
    this.channel = channel;
    this.selector = selector;
  }

  /// Connects at once or fails.
  public static UnixConnection connect(Path socket) throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket)))
        throw new ConnectException(socket + " takes no more connections");
      var selector = Selector.open();
      channel.register(selector, 0);
      return new UnixConnection(channel, selector);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) return 0;
        ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
        int count = channel.read(buffer);
        for (; count == 0; count = channel.read(buffer)) await(SelectionKey.OP_READ);
        return count;
      }
    };
  }

  @Override
  public OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(from, offset, length);
        while (buffer.hasRemaining()) if (channel.write(buffer) == 0) await(SelectionKey.OP_WRITE);
      }
    };
  }

  private void await(int interest) throws IOException {
    int left = deadline.leftMillis();
    if (left == 0) throw new SocketTimeoutException("the deadline has passed");
    channel.keyFor(selector).interestOps(interest);
    selector.select(left);
    selector.selectedKeys().clear();
    if (Thread.currentThread().isInterrupted())
      throw new java.io.InterruptedIOException("interrupted while a socket was waited for");
  }

  @Override
  public void deadline(Deadline until) {
    deadline = until;
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }
}
