package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The one thread that waits for all children, by their pidfds in one epoll set; asleep until one
/// of them ends.
///
/// See epoll(7), pidfd_open(2): a pidfd becomes readable when its process ends.
final class Reaper {
  private static final int EPOLL_CLOEXEC = 0x80000;
  private static final int CTL_ADD = 1;
  private static final int EPOLLIN = 1;
  private static final int BATCH = 64;

  /// struct epoll_event is packed on x86-64 alone.
  private static final int DATA_AT = "aarch64".equals(System.getProperty("os.arch")) ? 8 : 4;

  private static final int EVENT_SIZE = DATA_AT + 8;

  private static final class Create {
    static final MethodHandle HANDLE =
        Kernel.link("epoll_create1", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
  }

  private static final class Control {
    static final MethodHandle HANDLE =
        Kernel.link(
            "epoll_ctl",
            FunctionDescriptor.of(
                Kernel.INT, Kernel.INT, Kernel.INT, Kernel.INT, ValueLayout.ADDRESS));
  }

  private static final class Wait {
    static final MethodHandle HANDLE =
        Kernel.link(
            "epoll_wait",
            FunctionDescriptor.of(
                Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT, Kernel.INT));
  }

  private static final class Shared {
    static final Reaper INSTANCE = started();
  }

  private final int epoll;
  private final ConcurrentMap<Long, Child> children = new ConcurrentHashMap<>();

  private Reaper(int epoll) {
    this.epoll = epoll;
  }

  static Reaper shared() {
    return Shared.INSTANCE;
  }

  private static Reaper started() {
    try {
      // SAFETY: takes no memory. See epoll_create1(2).
      int epoll =
          (int)
              Kernel.call(
                  "epoll_create1", errno -> (int) Create.HANDLE.invokeExact(errno, EPOLL_CLOEXEC));
      var reaper = new Reaper(epoll);
      Thread.ofPlatform().daemon().name("reaper").start(reaper::run);
      return reaper;
    } catch (KernelException e) {
      throw new IllegalStateException("cannot watch child processes", e);
    }
  }

  /// Takes over the waiting for this child.
  void watch(Child child) throws KernelException {
    int pidfd = child.pidfd();
    children.put((long) pidfd, child);
    try (var arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(16, 8);
      event.set(ValueLayout.JAVA_INT, 0, EPOLLIN);
      event.set(ValueLayout.JAVA_LONG_UNALIGNED, DATA_AT, pidfd);
      // SAFETY: event is one epoll_event, alive during the call. See epoll_ctl(2).
      Kernel.call(
          "epoll_ctl",
          errno -> (int) Control.HANDLE.invokeExact(errno, epoll, CTL_ADD, pidfd, event));
    } catch (KernelException e) {
      children.remove((long) pidfd);
      throw e;
    }
  }

  private void run() {
    MemorySegment events = Arena.global().allocate((long) EVENT_SIZE * BATCH, 8);
    while (true) {
      try {
        // SAFETY: events holds BATCH epoll_events for ever. -1: no timeout, a child's end is the
        // only event.
        long count =
            Kernel.callRetrying(
                "epoll_wait",
                errno -> (int) Wait.HANDLE.invokeExact(errno, epoll, events, BATCH, -1));
        for (long i = 0; i < count; i++) {
          reap(
              children.remove(
                  events.get(ValueLayout.JAVA_LONG_UNALIGNED, i * EVENT_SIZE + DATA_AT)));
        }
      } catch (KernelException | RuntimeException e) {
        System.getLogger(Reaper.class.getName())
            .log(System.Logger.Level.ERROR, "reaping a child failed", e);
      }
    }
  }

  /// The status of a child whose pidfd is readable; closing the pidfd takes it out of the epoll
  /// set.
  private static void reap(Child child) throws KernelException {
    try {
      child.reaped(WaitStatus.take(child.pidfd()));
    } catch (KernelException e) {
      if (e.errno() != Errno.ECHILD) throw e;
      child.reaped(new ExitStatus(-1, 0));
    }
  }
}
