package atoll.agent.filesystem;

import atoll.agent.guest.Users;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.PollSet;
import java.io.IOException;

/// A watcher that keeps its events until they are asked for. Its thread reads the kernel's queue,
/// and ends with it.
///
/// Owned by the [Watchers] that made it. Safe for several threads.
final class PulledWatcher implements AutoCloseable {
  /// Far above what a client leaves lying; beyond it the watcher fails instead of filling the
  /// agent's memory.
  private static final int MOST_CHARACTERS = 8 << 20;

  private final WatchRequest request;
  private final Users users;
  private final Fd stop;
  private StringBuilder waiting = new StringBuilder();
  private String failure;

  private PulledWatcher(WatchRequest request, Users users, Fd stop) {
    this.request = request;
    this.users = users;
    this.stop = stop;
  }

  static PulledWatcher start(WatchRequest request, Users users)
      throws RpcException, KernelException {
    TreeWatch watch = request.open();
    var watcher = new PulledWatcher(request, users, FdIo.eventfd());
    Thread.ofPlatform().daemon().name("watcher").start(() -> watcher.run(watch));
    return watcher;
  }

  private void run(TreeWatch watch) {
    try (watch;
        stop;
        var poll = new PollSet(2)) {
      poll.watch(0, watch.descriptor());
      poll.watch(1, stop.number());
      while (poll.await(-1) && !poll.ready(1)) {
        for (FileEvent event : watch.take()) keep(event);
      }
    } catch (IOException e) {
      fail("watcher error: " + e.getMessage());
    }
  }

  private synchronized void keep(FileEvent event) throws IOException {
    if (waiting.length() > MOST_CHARACTERS) throw new IOException("more events than are kept");
    if (!waiting.isEmpty()) waiting.append(',');
    event.write(request.directory(), request.withEntry(), users, waiting);
  }

  private synchronized void fail(String why) {
    failure = why;
  }

  /// The events since the last call, as JSON items.
  synchronized String take() throws RpcException {
    if (failure != null) throw RpcException.internal(failure);
    String events = waiting.toString();
    waiting = new StringBuilder();
    return events;
  }

  @Override
  public void close() throws KernelException {
    FdIo.write(stop, new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
  }
}
