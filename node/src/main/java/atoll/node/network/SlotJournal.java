package atoll.node.network;

import java.io.IOException;
import java.nio.file.Path;

/// Where a node writes down which namespaces are its own, so that a successor can remove what a
/// crash left.
///
/// Called by the pool's own threads, never concurrently for one index. After a crash the node hands
/// each index that was begun and never ended, in the same boot of the host, to [SlotPool#sweep].
public interface SlotJournal {
  /// Durable before it returns: the slot is about to exist. A failure here stops the build.
  void begun(int index, Path anchor) throws IOException;

  /// Nothing of the slot exists any more.
  void ended(int index) throws IOException;

  /// Keeps nothing: for tests and for tools that clean up after themselves.
  SlotJournal NONE =
      new SlotJournal() {
        @Override
        public void begun(int index, Path anchor) {}

        @Override
        public void ended(int index) {}
      };
}
