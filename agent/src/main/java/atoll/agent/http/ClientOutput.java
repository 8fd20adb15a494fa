package atoll.agent.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/// What a client is sent. While a write does not go on because the client does not read, it counts
/// as waiting for the client.
///
/// One writer at a time.
final class ClientOutput extends OutputStream {
  private static final int MOST_AT_ONCE = 8 << 20;
  private static final int WASTE = 1024;

  private final SocketChannel channel;
  private final OutputStream out;
  private final Waiting waiting;

  ClientOutput(SocketChannel channel, Waiting waiting) throws IOException {
    this.channel = channel;
    this.out = channel.socket().getOutputStream();
    this.waiting = waiting;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    waiting.begins();
    try {
      out.write(bytes, offset, length);
    } finally {
      waiting.ends();
    }
  }

  /// Reads and drops what the client sends, until it closes its side or the connection ends.
  void onEnd(Runnable end) {
    Thread.ofPlatform().daemon().name("departure").start(() -> awaitEnd(end));
  }

  private void awaitEnd(Runnable end) {
    var waste = ByteBuffer.allocate(WASTE);
    try {
      while (channel.read(waste.clear()) >= 0) {
        // nothing more was asked for on this connection
      }
    } catch (IOException broken) {
      System.getLogger(ClientOutput.class.getName())
          .log(System.Logger.Level.TRACE, "a client left", broken);
    }
    end.run();
  }

  /// Sends a part of a file without a detour through our memory.
  void transfer(FileChannel file, long position, long length) throws IOException {
    long end = position + length;
    for (long at = position; at < end; ) {
      waiting.begins();
      try {
        long count = file.transferTo(at, Math.min(end - at, MOST_AT_ONCE), channel);
        if (count <= 0) throw new IOException("the file became shorter while it was sent");
        at += count;
      } finally {
        waiting.ends();
      }
    }
  }
}
