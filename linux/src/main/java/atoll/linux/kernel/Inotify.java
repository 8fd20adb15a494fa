package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A queue of what happens in watched directories. Source: inotify(7).
///
/// Owns its descriptor. One thread reads; any thread adds and removes watches.
public final class Inotify implements AutoCloseable {
  public static final int MODIFY = 0x2;
  public static final int ATTRIB = 0x4;
  public static final int MOVED_FROM = 0x40;
  public static final int MOVED_TO = 0x80;
  public static final int CREATE = 0x100;
  public static final int DELETE = 0x200;
  public static final int DELETE_SELF = 0x400;
  public static final int MOVE_SELF = 0x800;
  public static final int OVERFLOW = 0x4000;
  public static final int IGNORED = 0x8000;
  public static final int ISDIR = 0x40000000;
  private static final int ONLYDIR = 0x01000000;
  private static final int CLOEXEC_NONBLOCK = 0x80000 | 0x800;
  private static final int BUFFER = 64 * 1024;
  private static final int HEAD = 16;

  /// @param watch which watch this belongs to; -1 for an overflow
  /// @param cookie the same for the two events of one move; 0 for others
  /// @param name of the entry in the watched directory; empty for the directory itself
  public record Event(int watch, int mask, int cookie, String name) {
    public boolean has(int bit) {
      return (mask & bit) != 0;
    }
  }

  private static final class Native {
    static final MethodHandle INIT =
        Kernel.link("inotify_init1", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
    static final MethodHandle ADD =
        Kernel.link(
            "inotify_add_watch",
            FunctionDescriptor.of(Kernel.INT, Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
    static final MethodHandle READ =
        Kernel.link(
            "read",
            FunctionDescriptor.of(Kernel.LONG, Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private static final class Remove {
    static final MethodHandle HANDLE =
        Kernel.link("inotify_rm_watch", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT));
  }

  private final Fd fd;

  private Inotify(Fd fd) {
    this.fd = fd;
  }

  public static Inotify open() throws KernelException {
    // SAFETY: takes no memory. See inotify_init1(2).
    return new Inotify(
        new Fd(
            (int)
                Kernel.call(
                    "inotify_init1",
                    errno -> (int) Native.INIT.invokeExact(errno, CLOEXEC_NONBLOCK))));
  }

  /// Readable when events wait.
  public int number() {
    return fd.number();
  }

  /// Watches a directory for these events; its number is the same when it was watched already.
  public int watch(String directory, int mask) throws KernelException {
    int number = fd.number();
    try (var arena = Arena.ofConfined()) {
      MemorySegment path = Kernel.cString(arena, directory);
      // SAFETY: path is alive during the call. See inotify_add_watch(2).
      return (int)
          Kernel.call(
              "inotify_add_watch",
              errno -> (int) Native.ADD.invokeExact(errno, number, path, mask | ONLYDIR));
    }
  }

  /// Ends a watch; one that ended by itself is fine.
  public void unwatch(int watch) throws KernelException {
    int number = fd.number();
    try {
      // SAFETY: takes no memory. See inotify_rm_watch(2).
      Kernel.call(
          "inotify_rm_watch", errno -> (int) Remove.HANDLE.invokeExact(errno, number, watch));
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL) throw e;
    }
  }

  /// The events that wait now, as many as fit one read; none if there are none.
  public List<Event> read() throws KernelException {
    int number = fd.number();
    try (var arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER, 8);
      // SAFETY: buffer holds BUFFER bytes. See read(2), inotify(7).
      long count =
          Kernel.callRetrying(
              "read inotify",
              errno -> (long) Native.READ.invokeExact(errno, number, buffer, (long) BUFFER));
      return parse(buffer, count);
    } catch (KernelException e) {
      if (e.errno() == Errno.EAGAIN) return List.of();
      throw e;
    }
  }

  private static List<Event> parse(MemorySegment buffer, long count) {
    var events = new ArrayList<Event>();
    for (long at = 0; at + HEAD <= count; ) {
      int watch = buffer.get(ValueLayout.JAVA_INT, at);
      int mask = buffer.get(ValueLayout.JAVA_INT, at + 4);
      int cookie = buffer.get(ValueLayout.JAVA_INT, at + 8);
      int length = buffer.get(ValueLayout.JAVA_INT, at + 12);
      String name = length == 0 ? "" : buffer.getString(at + HEAD, StandardCharsets.UTF_8);
      events.add(new Event(watch, mask, cookie, name));
      at += HEAD + length;
    }
    return events;
  }

  @Override
  public void close() {
    fd.close();
  }
}
