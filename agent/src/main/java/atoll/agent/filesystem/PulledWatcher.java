package atoll.agent.filesystem;

import atoll.agent.guest.Users;
import atoll.agent.rpc.MessageWriter;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Bell;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.PollSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A watcher that keeps its events until they are asked for. Its thread reads the kernel's queue,
/// and ends with it.
///
/// Owned by the [Watchers] that made it. Safe for several threads.
final class PulledWatcher implements AutoCloseable {
  /// What all watchers together may keep: above what clients leave lying; beyond it a watcher fails
  /// instead of filling the agent's memory.
  private static final long MOST_BYTES = 24 << 20;

  private static final AtomicLong ALL_BYTES = new AtomicLong();

  /// What an event takes beside its name, and what its entry takes, roughly.
  private static final int EVENT_BYTES = 100;

  private static final int ENTRY_BYTES = 400;

  /// An event, and what was there when it was read; null if nothing was.
  private record Kept(FileEvent event, EntryInfo entry) {}

  private final WatchRequest request;
  private final Users users;
  private final Bell stop;
  private List<Kept> waiting = new ArrayList<>();
  private long bytes;
  private String failure;

  private PulledWatcher(WatchRequest request, Users users, Bell stop) {
    this.request = request;
    this.users = users;
    this.stop = stop;
  }

  static PulledWatcher start(WatchRequest request, Users users)
      throws RpcException, KernelException {
    TreeWatch watch = request.open();
    var watcher = new PulledWatcher(request, users, Bell.open());
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
    } catch (RuntimeException | Error e) {
      fail("watcher error");
      throw e;
    }
    drop();
  }

  private void keep(FileEvent event) throws IOException {
    EntryInfo entry = request.withEntry() ? event.entry(request.directory()) : null;
    keep(new Kept(event, entry));
  }

  private synchronized void keep(Kept kept) throws IOException {
    int more = kept.event.name().length() + EVENT_BYTES;
    if (kept.entry != null) more += kept.event.name().length() + ENTRY_BYTES;
    bytes += more;
    if (ALL_BYTES.addAndGet(more) > MOST_BYTES) throw new IOException("more events than are kept");
    waiting.add(kept);
  }

  private synchronized void fail(String why) {
    failure = why;
    drop();
  }

  private synchronized void drop() {
    waiting = new ArrayList<>();
    ALL_BYTES.addAndGet(-bytes);
    bytes = 0;
  }

  /// Appends the events since the last call.
  void take(MessageWriter answer) throws RpcException, IOException {
    Users.Names names = users.names();
    for (Kept kept : taken()) {
      answer.open(FilesystemMessages.EVENTS);
      kept.event.write(request.directory(), kept.entry, names, answer);
      answer.close();
    }
  }

  private synchronized List<Kept> taken() throws RpcException {
    if (failure != null) throw RpcException.internal(failure);
    List<Kept> events = waiting;
    drop();
    return events;
  }

  @Override
  public void close() {
    stop.ring();
  }
}
