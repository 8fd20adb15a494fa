package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.ForkWindow;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;

/// One call of posix_spawn(3) on the calling thread, whose credentials and namespaces the child
/// gets.
final class PosixSpawn {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private static final class Run {
    static final MethodHandle HANDLE =
        Kernel.link(
            "posix_spawn",
            FunctionDescriptor.of(
                Kernel.INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
  }

  private PosixSpawn() {}

  static int run(Spawn spawn) throws KernelException {
    String program = program(spawn);
    try (var arena = Arena.ofConfined();
        var actions = FileActions.of(spawn, arena);
        var attributes = SpawnAttributes.of(spawn.session, arena)) {
      MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
      MemorySegment path = Kernel.cString(arena, program);
      MemorySegment argv = strings(spawn.command, arena);
      MemorySegment envp = strings(variables(spawn.environment), arena);
      // SAFETY: all arguments live in the arena until the child has loaded its program. See
      // posix_spawn(3): it returns
      // the error number and does not set errno.
      long error =
          inWindow(errno ->
              (int)
                  Run.HANDLE.invokeExact(
                      errno, pid, path, actions.segment(), attributes.segment(), argv, envp));
      if (error != 0) throw failure(spawn, program, (int) error);
      return pid.get(ValueLayout.JAVA_INT, 0);
    }
  }

  private static long inWindow(Kernel.Downcall start) throws KernelException {
    ForkWindow.starting().lock();
    try {
      return Kernel.call("posix_spawn", start);
    } finally {
      ForkWindow.starting().unlock();
    }
  }

  /// The first word itself if it has a slash, else the first executable of that name in the child's
  /// PATH.
  private static String program(Spawn spawn) throws KernelException {
    String name = spawn.command.getFirst();
    if (name.indexOf('/') >= 0) return name;
    int found = Errno.ENOENT;
    for (String folder : spawn.environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
      var file = new java.io.File(folder.isEmpty() ? "." : folder, name);
      if (!file.isFile()) continue;
      if (file.canExecute()) return file.getPath();
      found = Errno.EACCES;
    }
    throw new KernelException("starting " + name, found);
  }

  /// posix_spawn(3) does not say which step failed; the directory can be asked, with the child's
  /// credentials still on.
  private static KernelException failure(Spawn spawn, String program, int error) {
    if (spawn.directory != null) {
      var directory = new java.io.File(spawn.directory);
      if (!directory.isDirectory() || !directory.canExecute())
        return new WorkingDirectoryException(spawn.directory, error);
    }
    return new KernelException("starting " + program, error);
  }

  private static List<String> variables(Map<String, String> environment) {
    var list = new java.util.ArrayList<String>(environment.size());
    for (var e : environment.entrySet()) list.add(e.getKey() + "=" + e.getValue());
    return list;
  }

  private static MemorySegment strings(List<String> texts, Arena arena) {
    MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(ValueLayout.ADDRESS, i, Kernel.cString(arena, texts.get(i)));
    }
    return array;
  }
}
