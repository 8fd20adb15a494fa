package atoll.linux.kernel;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/// Keeps the starting of children apart from work that a stray copy of a descriptor would spoil.
///
/// Between vfork(2) and execve(2) a child has a copy of every descriptor of this process,
/// close-on-exec or not: a tap that was closed meanwhile is still held, and the next one to attach
/// to it gets `EBUSY`. posix_spawn(3) returns after the exec, so the copies exist only while it
/// runs.
///
/// Children of `ProcessBuilder` are not seen here: use it only for programs that run while no tap
/// is made.
public final class ForkWindow {
  private static final ReentrantReadWriteLock LOCK = new ReentrantReadWriteLock(true);

  private ForkWindow() {}

  /// Held while a child is started; starts do not wait for one another.
  public static Lock starting() {
    return LOCK.readLock();
  }

  /// Held while a descriptor is closed that nobody may have a copy of afterwards.
  public static Lock closed() {
    return LOCK.writeLock();
  }
}
