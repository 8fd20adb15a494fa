package atoll.agent.process;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.Procfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The control groups that keep the workload from starving the agent; nothing at all where cgroup2
/// is not mounted.
///
/// - **Shape** `user` for processes on pipes, `ptys` for those on terminals. Both may take all
///   memory but an eighth (at most 128 MiB) and share three quarters of the kernel's threads, so
///   that neither a memory hog nor a fork bomb leaves the agent without.
/// - **Threads** safe for several. The groups' folders stay open for the life of this program.
final class ProcessGroups {
  private static final String SYSTEM_TAG = "_system";
  private static final int NONE = -1;

  private record Property(String file, String value) {}

  private final Path root;
  private final boolean present;
  private Fd user;
  private Fd ptys;

  private ProcessGroups(Path root, boolean present) {
    this.root = root;
    this.present = present;
  }

  static ProcessGroups prepare(Path root) {
    if (!Files.exists(root.resolve("cgroup.controllers"))) return new ProcessGroups(root, false);
    var memory = Long.toString(mostMemory());
    long threads = mostThreads();
    try {
      make(root.resolve("ptys"), properties("200", "default 50", memory, threads / 4));
      make(root.resolve("user"), properties("50", "default 10", memory, threads / 2));
      return new ProcessGroups(root, true);
    } catch (IOException e) {
      log("no control groups for processes", e);
      return new ProcessGroups(root, false);
    }
  }

  private static List<Property> properties(String cpu, String io, String memory, long threads) {
    return List.of(
        new Property("cpu.weight", cpu),
        new Property("io.weight", io),
        new Property("memory.high", memory),
        new Property("memory.max", memory),
        new Property("pids.max", threads > 0 ? Long.toString(threads) : "max"));
  }

  private static long mostMemory() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (!line.startsWith("MemTotal:")) continue;
        long total = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        return total - Math.min(total / 8, 128L << 20);
      }
    } catch (IOException e) {
      log("memory size", e);
    }
    return Long.MAX_VALUE;
  }

  private static long mostThreads() {
    try {
      return Long.parseLong(Procfs.setting("kernel/threads-max"));
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  private static void make(Path group, List<Property> properties) throws IOException {
    Files.createDirectories(group);
    for (Property property : properties) {
      Path file = group.resolve(property.file());
      if (Files.exists(file)) Files.writeString(file, property.value());
      else log(group + " has no " + property.file(), null);
    }
  }

  private static void log(String what, IOException cause) {
    System.getLogger(ProcessGroups.class.getName()).log(System.Logger.Level.WARNING, what, cause);
  }

  /// A descriptor of the folder of the group in which this process is to be born; -1 to stay where
  /// the agent is.
  int folder(StartRequest request) throws IOException {
    if (!present || SYSTEM_TAG.equals(request.tag())) return NONE;
    return request.terminal() == null ? user() : ptys();
  }

  private synchronized int user() throws IOException {
    if (user == null) user = FdIo.open(root.resolve("user"), FdIo.O_RDONLY);
    return user.number();
  }

  private synchronized int ptys() throws IOException {
    if (ptys == null) ptys = FdIo.open(root.resolve("ptys"), FdIo.O_RDONLY);
    return ptys.number();
  }
}
