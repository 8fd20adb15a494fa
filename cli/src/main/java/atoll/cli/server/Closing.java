package atoll.cli.server;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// Parts to close, newest first, each within its own deadline: one that hangs does not keep the
/// next from closing.
///
/// Safe for many threads: a part that comes after [#close()] is closed at once. [#close()] may be
/// repeated.
final class Closing implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Closing.class.getName());

  private record Part(String name, AutoCloseable part, Duration within) {}

  private final Deque<Part> parts = new ArrayDeque<>();
  private boolean closed;

  synchronized <T extends AutoCloseable> T add(String name, T part, Duration within) {
    parts.push(new Part(name, part, within));
    if (closed) close();
    return part;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!parts.isEmpty()) close(parts.pop());
  }

  private static void close(Part part) {
    Thread closer =
        Thread.ofPlatform().daemon().name("close-" + part.name()).start(() -> run(part));
    try {
      if (!closer.join(part.within()))
        LOG.log(
            Level.WARNING,
            part.name() + " did not stop within " + part.within().toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Part part) {
    try {
      part.part().close();
      LOG.log(Level.INFO, part.name() + " stopped");
    } catch (Exception e) {
      LOG.log(Level.WARNING, part.name() + " did not stop cleanly", e);
    }
  }
}
