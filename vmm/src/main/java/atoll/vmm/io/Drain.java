package atoll.vmm.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// Reads one stream to its end on an [IoLoop] and hands the bytes on.
///
/// Reads at most 16 KiB a turn, so that one talkative guest cannot keep the loop from the others.
public final class Drain implements IoLoop.Endpoint {
  private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10);
  private final Consumer<ByteBuffer> sink;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  public Drain(Consumer<ByteBuffer> sink) {
    this.sink = sink;
  }

  /// Completes when nothing more will come. Never fails: a broken stream is an ended stream.
  public CompletableFuture<Void> ended() {
    return ended;
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    buffer.clear();
    int count = ((SocketChannel) key.channel()).read(buffer);
    if (count < 0) throw new java.io.EOFException("end of stream");
    sink.accept(buffer.flip());
  }

  @Override
  public void ended(IOException cause) {
    ended.complete(null);
  }
}
