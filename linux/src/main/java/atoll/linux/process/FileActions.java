package atoll.linux.process;

import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What the child does between its birth and its program: descriptors in place, all others closed,
/// directory changed.
final class FileActions implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final long SIZE = 256;
  private static final FunctionDescriptor SELF =
      FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS);
  private static final FunctionDescriptor SELF_INT =
      FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.INT);

  private static final class Calls {
    static final MethodHandle INIT = Kernel.link("posix_spawn_file_actions_init", SELF);
    static final MethodHandle DESTROY = Kernel.link("posix_spawn_file_actions_destroy", SELF);
    static final MethodHandle DUP2 =
        Kernel.link(
            "posix_spawn_file_actions_adddup2",
            FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.INT, Kernel.INT));
    static final MethodHandle OPEN =
        Kernel.link(
            "posix_spawn_file_actions_addopen",
            FunctionDescriptor.of(
                Kernel.INT,
                ValueLayout.ADDRESS,
                Kernel.INT,
                ValueLayout.ADDRESS,
                Kernel.INT,
                Kernel.INT));
    static final MethodHandle CLOSE_FROM =
        Kernel.link("posix_spawn_file_actions_addclosefrom_np", SELF_INT);
  }

  private static final class Close {
    static final MethodHandle HANDLE = Kernel.link("posix_spawn_file_actions_addclose", SELF_INT);
  }

  private static final class Chdir {
    static final MethodHandle HANDLE =
        Kernel.link(
            "posix_spawn_file_actions_addchdir_np",
            FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  }

  private final MemorySegment segment;
  private final Arena arena;

  private FileActions(MemorySegment segment, Arena arena) {
    this.segment = segment;
    this.arena = arena;
  }

  MemorySegment segment() {
    return segment;
  }

  static FileActions of(Spawn spawn, Arena arena) throws KernelException {
    // SAFETY: larger than posix_spawn_file_actions_t (80 bytes in glibc and musl). Strings live in
    // the arena.
    MemorySegment segment = arena.allocate(SIZE, 16);
    Kernel.call(
        "posix_spawn_file_actions_init", errno -> (int) Calls.INIT.invokeExact(errno, segment));
    var actions = new FileActions(segment, arena);
    try {
      actions.add(spawn);
      return actions;
    } catch (KernelException | RuntimeException e) {
      actions.close();
      throw e;
    }
  }

  private void add(Spawn spawn) throws KernelException {
    copyAll(spawn.fds);
    if (spawn.terminal != null) terminal(spawn.terminal);
    else for (int i = 0; i <= 2; i++) if (!spawn.fds.containsKey(i)) open(i, "/dev/null");
    closeOthers(spawn.fds);
    if (spawn.directory != null) {
      MemorySegment path = Kernel.cString(arena, spawn.directory);
      check(
          "chdir",
          Kernel.call("addchdir", errno -> (int) Chdir.HANDLE.invokeExact(errno, segment, path)));
    }
  }

  /// Copies in two steps where a source sits on another's target, so that none is overwritten
  /// before it was copied.
  private void copyAll(NavigableMap<Integer, Integer> fds) throws KernelException {
    boolean clash = false;
    int spare = 3;
    for (var e : fds.entrySet()) {
      clash |= !e.getKey().equals(e.getValue()) && fds.containsKey(e.getValue());
      spare = Math.max(spare, Math.max(e.getKey(), e.getValue()) + 1);
    }
    var sources = new TreeMap<>(fds);
    if (clash) {
      for (var e : sources.entrySet()) {
        copy(e.getValue(), spare);
        e.setValue(spare++);
      }
    }
    for (var e : sources.entrySet()) copy(e.getValue(), e.getKey());
  }

  /// Opening a terminal without O_NOCTTY makes it the controlling one of a session leader that has
  /// none.
  private void terminal(String pts) throws KernelException {
    open(0, pts);
    copy(0, 1);
    copy(0, 2);
  }

  private void closeOthers(NavigableMap<Integer, Integer> fds) throws KernelException {
    int last = fds.isEmpty() ? 2 : Math.max(2, fds.lastKey());
    for (int i = 3; i < last; i++) {
      int gap = i;
      if (fds.containsKey(gap)) continue;
      check(
          "close",
          Kernel.call("addclose", errno -> (int) Close.HANDLE.invokeExact(errno, segment, gap)));
    }
    check(
        "closefrom",
        Kernel.call(
            "addclosefrom", errno -> (int) Calls.CLOSE_FROM.invokeExact(errno, segment, last + 1)));
  }

  private void copy(int source, int target) throws KernelException {
    check(
        "dup2",
        Kernel.call(
            "adddup2", errno -> (int) Calls.DUP2.invokeExact(errno, segment, source, target)));
  }

  private void open(int target, String path) throws KernelException {
    MemorySegment name = Kernel.cString(arena, path);
    check(
        "open",
        Kernel.call(
            "addopen",
            errno -> (int) Calls.OPEN.invokeExact(errno, segment, target, name, O_RDWR, 0)));
  }

  /// These calls return the error number instead of setting errno.
  private static void check(String action, long error) throws KernelException {
    if (error != 0) throw new KernelException("preparing a spawn: " + action, (int) error);
  }

  @Override
  public void close() throws KernelException {
    // SAFETY: initialised by of(), destroyed once.
    Kernel.call(
        "posix_spawn_file_actions_destroy",
        errno -> (int) Calls.DESTROY.invokeExact(errno, segment));
  }
}
