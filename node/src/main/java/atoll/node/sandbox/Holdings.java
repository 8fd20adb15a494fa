package atoll.node.sandbox;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What one sandbox holds on its host, given up newest first.
///
/// A release is registered *before* its object is made, so that a half-made one is given up too:
/// every release must bear an object that was never made. One that fails does not stop the others.
final class Holdings {
  private static final System.Logger LOG = System.getLogger(Holdings.class.getName());

  /// Gives one object up.
  @FunctionalInterface
  interface Release {
    void run() throws IOException;
  }

  private record Held(String what, Release release) {}

  private final Deque<Held> held = new ArrayDeque<>();

  synchronized void add(String what, Release release) {
    held.push(new Held(what, release));
  }

  /// Gives everything up; returns what could not be, with the reason. The second call finds
  /// nothing.
  synchronized List<String> releaseAll() {
    var failed = new ArrayList<String>();
    while (!held.isEmpty()) {
      Held next = held.pop();
      try {
        next.release().run();
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "{0} could not be given up: {1}", next.what(), e);
        failed.add(next.what() + ": " + e.getMessage());
      }
    }
    return failed;
  }
}
