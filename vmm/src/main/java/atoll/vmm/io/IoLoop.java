package atoll.vmm.io;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The one thread on which the control sockets, consoles and error streams of all monitors are read
/// and written.
///
/// - **Owner** a driver; the thread is a daemon and lives as long as the process.
/// - **Threads** [#register] and [#execute] are safe anywhere; endpoints run on the loop's thread
///   alone and must not block.
/// - **Fails** an endpoint whose I/O fails is told so once, and its channel is closed; the loop
///   goes on.
public final class IoLoop {
  private static final System.Logger LOG = System.getLogger(IoLoop.class.getName());

  /// What happens on one channel.
  public interface Endpoint {
    /// The channel is ready for what it was registered for.
    void ready(SelectionKey key) throws IOException;

    /// The channel was closed, by an orderly end (`cause` says so) or a failure.
    void ended(IOException cause);
  }

  private final Selector selector;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  public IoLoop(String name) throws IOException {
    selector = Selector.open();
    Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /// Hands the channel over: from now on only the loop's thread uses and closes it.
  public void register(SelectableChannel channel, int interest, Endpoint endpoint) {
    execute(() -> {
      try {
        channel.configureBlocking(false);
        channel.register(selector, interest, endpoint);
      } catch (IOException | RuntimeException e) {
        end(channel, endpoint, e instanceof IOException io ? io : new IOException(e));
      }
    });
  }

  /// Runs a short task on the loop's thread.
  public void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  /// Closes a channel that [#register] took, and tells its endpoint.
  public void close(SelectableChannel channel, IOException cause) {
    execute(() -> {
      SelectionKey key = channel.keyFor(selector);
      if (key != null) end(channel, (Endpoint) key.attachment(), cause);
    });
  }

  /// Changes what a registered channel waits for; on the loop's thread only. Does nothing before
  /// its registration.
  public void interest(SelectableChannel channel, int interest) {
    SelectionKey key = channel.keyFor(selector);
    if (key != null && key.isValid()) key.interestOps(interest);
  }

  private void run() {
    while (selector.isOpen()) {
      try {
        selector.select(IoLoop::serve);
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "the monitors' I/O thread met a fault and goes on", e);
      }
    }
  }

  private static void serve(SelectionKey key) {
    var endpoint = (Endpoint) key.attachment();
    try {
      if (key.isValid()) endpoint.ready(key);
    } catch (IOException | RuntimeException e) {
      end(key.channel(), endpoint, e instanceof IOException io ? io : new IOException(e));
    }
  }

  private static void end(SelectableChannel channel, Endpoint endpoint, IOException cause) {
    if (!channel.isOpen() && cause instanceof ClosedChannelException) return;
    try {
      channel.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    endpoint.ended(cause);
  }
}
