package atoll.node;

import java.util.ArrayDeque;
import java.util.Deque;

/// Things to close, newest first. Closing may be repeated; one that fails does not stop the others.
final class Owned implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Owned.class.getName());

  private final Deque<AutoCloseable> things = new ArrayDeque<>();

  synchronized <T extends AutoCloseable> T add(T thing) {
    things.push(thing);
    return thing;
  }

  @Override
  public synchronized void close() {
    while (!things.isEmpty()) {
      try {
        things.pop().close();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.WARNING, "closing a part of the node", e);
      }
    }
  }
}
