package atoll.vmm.io;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Poll;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/// The one thread that empties the pipes of all monitors of a driver.
///
/// java.nio selects on sockets only; a pipe outlives this process, which a socket's peer does not.
///
/// - **Owner** a driver; the thread is a daemon and lives as long as the process.
/// - **Threads** safe anywhere; sinks run on the reader's thread and must not block.
/// - **Limits** 16 KiB of one pipe at a turn, then the next one's: a talkative guest keeps nobody
///   waiting.
public final class PipeReader {
  private static final System.Logger LOG = System.getLogger(PipeReader.class.getName());
  private static final int TURN_BYTES = 16 << 10;
  private static final Duration LONGEST_POLL = Duration.ofHours(1);
  private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};

  private final Fd wake;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<Source> sources = new ArrayList<>(); // of the reader's thread alone

  /// One pipe, opened without waiting, and who takes what comes through it.
  public record Source(Fd pipe, Consumer<ByteBuffer> sink) {}

  public PipeReader(String name) throws KernelException {
    wake = FdIo.eventfd();
    Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /// Takes pipes over; hands on what comes until [#finish].
  public void add(List<Source> more) {
    execute(() -> sources.addAll(more));
  }

  /// Hands on what is still in the pipe, then closes it. Completes when that is done.
  public CompletableFuture<Void> finish(Fd pipe) {
    var done = new CompletableFuture<Void>();
    execute(() -> {
      sources.stream()
          .filter(source -> source.pipe == pipe)
          .toList()
          .forEach(source -> end(source, true));
      done.complete(null);
    });
    return done;
  }

  private void execute(Runnable task) {
    tasks.add(task);
    try {
      FdIo.write(wake, ONE);
    } catch (KernelException e) {
      throw new IllegalStateException("waking the reader of monitors' pipes", e);
    }
  }

  private void run() {
    while (true) {
      try {
        int ready = Poll.await(Deadline.after(LONGEST_POLL), Poll.IN, descriptors());
        if (ready == 0) FdIo.read(wake, new byte[ONE.length]);
        if (ready > 0) turn(sources.get(ready - 1));
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
      } catch (KernelException | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "the reader of monitors' pipes met a fault, goes on", e);
      }
    }
  }

  private int[] descriptors() {
    int[] all = new int[sources.size() + 1];
    all[0] = wake.number();
    for (int i = 0; i < sources.size(); i++) all[i + 1] = sources.get(i).pipe.number();
    return all;
  }

  /// Whose turn it was stands last in the queue.
  private void turn(Source source) {
    sources.remove(source);
    sources.add(source);
    try {
      if (read(source) == 0) end(source, false);
    } catch (KernelException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a monitor's pipe can no longer be read", e);
      end(source, false);
    }
  }

  /// How many bytes there were, or -1 when the pipe is empty. A pipe that is open for writing too
  /// never ends; what does is none.
  private static int read(Source source) throws KernelException {
    byte[] bytes = new byte[TURN_BYTES];
    try {
      int count = FdIo.read(source.pipe, bytes);
      if (count > 0) source.sink.accept(ByteBuffer.wrap(bytes, 0, count));
      return count;
    } catch (KernelException e) {
      if (e.errno() == Errno.EAGAIN) return -1;
      throw e;
    }
  }

  private void end(Source source, boolean empty) {
    sources.remove(source);
    try {
      // A pipe holds 64 KiB: its writer is gone, so this ends.
      for (int turns = 0; empty && turns < 64 && read(source) > 0; turns++) continue;
    } catch (KernelException | RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "emptying a monitor's pipe", e);
    }
    source.pipe.close();
  }
}
