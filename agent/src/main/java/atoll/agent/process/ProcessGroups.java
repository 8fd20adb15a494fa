package atoll.agent.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The control groups that keep the workload from starving the agent; nothing at all where cgroup2
/// is not mounted.
///
/// Safe for several threads.
final class ProcessGroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final String SYSTEM_TAG = "_system";

  private final boolean present;

  private ProcessGroups(boolean present) {
    this.present = present;
  }

  static ProcessGroups prepare() {
    if (!Files.exists(ROOT.resolve("cgroup.controllers"))) return new ProcessGroups(false);
    String most = Long.toString(mostMemory());
    try {
      make(
          "ptys",
          "cpu.weight",
          "200",
          "io.weight",
          "default 50",
          "memory.high",
          most,
          "memory.max",
          most);
      make(
          "user",
          "cpu.weight",
          "50",
          "io.weight",
          "default 10",
          "memory.high",
          most,
          "memory.max",
          most);
      return new ProcessGroups(true);
    } catch (IOException e) {
      log("no control groups for processes", e);
      return new ProcessGroups(false);
    }
  }

  /// All memory but an eighth, of which at most 128 MiB stays for the agent and the system.
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

  private static void make(String name, String... properties) throws IOException {
    Path group = ROOT.resolve(name);
    Files.createDirectories(group);
    for (int i = 0; i < properties.length; i += 2) {
      Path file = group.resolve(properties[i]);
      if (Files.exists(file)) Files.writeString(file, properties[i + 1]);
      else log(group + " has no " + properties[i], null);
    }
  }

  private static void log(String what, IOException cause) {
    System.getLogger(ProcessGroups.class.getName()).log(System.Logger.Level.WARNING, what, cause);
  }

  /// Moves a new process to its group; one that is gone already needs none.
  void place(int pid, StartRequest request) {
    if (!present || SYSTEM_TAG.equals(request.tag())) return;
    String group = request.terminal() == null ? "user" : "ptys";
    try (var file = new java.io.FileOutputStream(ROOT + "/" + group + "/cgroup.procs")) {
      file.write(ProcessEvents.ascii(Integer.toString(pid)));
    } catch (IOException gone) {
      System.getLogger(ProcessGroups.class.getName())
          .log(System.Logger.Level.TRACE, "placing " + pid, gone);
    }
  }
}
