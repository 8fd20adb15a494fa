package atoll.node.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Whether and how connections reach one run of a sandbox.
///
/// A socket is only made while the slot is surely still the sandbox's: [#close()] waits for those
/// being made, and none is made afterwards. Otherwise a reused slot or descriptor could lead into a
/// stranger's guest.
final class Reach {
  private static final System.Logger LOG = System.getLogger(Reach.class.getName());

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final List<Runnable> onEnd = new ArrayList<>(); // LOCK: write
  private NetworkSlot slot; // LOCK: write to change; null before and after the run
  private boolean closed; // LOCK: write

  void open(NetworkSlot claimed) {
    lock.writeLock().lock();
    try {
      if (!closed) slot = claimed;
    } finally {
      lock.writeLock().unlock();
    }
  }

  boolean isOpen() {
    return guestAddress().isPresent();
  }

  Optional<String> guestAddress() {
    lock.readLock().lock();
    try {
      return Optional.ofNullable(slot).map(NetworkSlot::guestAddress);
    } finally {
      lock.readLock().unlock();
    }
  }

  int socket() throws IOException {
    lock.readLock().lock();
    try {
      if (slot == null) throw new IOException("the sandbox does not run");
      return slot.socket();
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Runs `closed` when the run ends, or at once if it has.
  void onEnd(Runnable told) {
    lock.writeLock().lock();
    try {
      if (!closed) {
        onEnd.add(told);
        return;
      }
    } finally {
      lock.writeLock().unlock();
    }
    tell(told);
  }

  /// No socket is made any more; everybody who asked is told. May be repeated.
  void close() {
    List<Runnable> told;
    lock.writeLock().lock();
    try {
      closed = true;
      slot = null;
      told = List.copyOf(onEnd);
      onEnd.clear();
    } finally {
      lock.writeLock().unlock();
    }
    told.forEach(Reach::tell);
  }

  private static void tell(Runnable told) {
    try {
      told.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a listener to the end of a sandbox failed", e);
    }
  }
}
