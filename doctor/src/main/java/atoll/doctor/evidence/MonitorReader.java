package atoll.doctor.evidence;

import atoll.linux.kernel.Procfs;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads [MonitorFacts]. A process that ends meanwhile is gone.
final class MonitorReader {
  private static final Path PROC = Path.of("/proc");
  private static final Pattern CPUS = Pattern.compile("-smp\0([0-9]{1,3})");
  private static final Pattern MEMORY = Pattern.compile("-m\0([0-9]{1,7})M");

  private final Reading reading;
  private final Subject subject;

  MonitorReader(Reading reading, Subject subject) {
    this.reading = reading;
    this.subject = subject;
  }

  MonitorFacts read() {
    List<Long> doubles = doubles();
    MonitorFacts found = subject.pid() > 0 ? read(subject.pid()) : MonitorFacts.GONE;
    return new MonitorFacts(
        found.there(),
        found.state(),
        found.namespace(),
        found.taps(),
        found.threads(),
        found.cpuTicks(),
        found.groups(),
        found.nice(),
        found.policy(),
        found.tracer(),
        found.uid(),
        found.cpus(),
        found.memoryMib(),
        found.switches(),
        found.deleted(),
        doubles);
  }

  private MonitorFacts read(long pid) {
    Path process = PROC.resolve(Long.toString(pid));
    String[] stat = stat(process.resolve("stat"));
    if (stat.length < 40) return MonitorFacts.GONE;
    if (subject.startTicks() > 0 && Long.parseLong(stat[19]) != subject.startTicks())
      return MonitorFacts.GONE;
    String status = reading.text(process.resolve("status")).orElse("");
    String line = reading.text(process.resolve("cmdline")).orElse("");
    List<Task> threads = threads(process);
    return new MonitorFacts(
        true,
        stat[0],
        namespace(pid),
        taps(pid),
        threads.stream().map(Task::state).toList(),
        Long.parseLong(stat[11]) + Long.parseLong(stat[12]),
        groups(process),
        threads.stream().mapToInt(Task::nice).max().orElse(0),
        threads.stream().mapToInt(Task::policy).max().orElse(0),
        field(status, "TracerPid:"),
        (int) field(status, "Uid:"),
        (int) matched(CPUS, line, 1),
        matched(MEMORY, line, 0),
        threads.stream().filter(t -> t.id() != pid).mapToLong(Task::switches).sum(),
        deleted(process),
        List.of());
  }

  /// Fields from the state on; the name before it may hold anything.
  private String[] stat(Path file) {
    String text = reading.text(file).orElse("");
    int name = text.lastIndexOf(')');
    return name < 0 ? new String[0] : text.substring(name + 2).split(" ", -1);
  }

  private static long matched(Pattern pattern, String in, long otherwise) {
    Matcher m = pattern.matcher(in);
    return m.find() ? Long.parseLong(m.group(1)) : otherwise;
  }

  private static long field(String status, String name) {
    return status
        .lines()
        .filter(l -> l.startsWith(name))
        .map(l -> l.substring(name.length()).strip().split("\\s", -1)[0])
        .mapToLong(v -> Reading.number(v, -1))
        .findFirst()
        .orElse(-1);
  }

  private long namespace(long pid) {
    try {
      return Procfs.netnsInode(pid);
    } catch (IOException e) {
      if (!(e instanceof NoSuchFileException)) reading.refused("/proc/" + pid + "/ns/net", e);
      return 0;
    }
  }

  private Map<Integer, String> taps(long pid) {
    try {
      return Procfs.tunDescriptors(pid);
    } catch (IOException e) {
      if (!(e instanceof NoSuchFileException)) reading.refused("/proc/" + pid + "/fdinfo", e);
      return Map.of();
    }
  }

  private record Task(long id, String state, int nice, int policy, long switches) {}

  private List<Task> threads(Path process) {
    var found = new ArrayList<Task>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
      for (Path task : tasks) {
        String[] stat = stat(task.resolve("stat"));
        if (stat.length < 40) continue;
        String status = reading.text(task.resolve("status")).orElse("");
        found.add(
            new Task(
                Long.parseLong(task.getFileName().toString()),
                stat[0],
                Integer.parseInt(stat[16]),
                Integer.parseInt(stat[38]),
                field(status, "voluntary_ctxt_switches:")
                    + field(status, "nonvoluntary_ctxt_switches:")));
      }
    } catch (IOException gone) {
      return List.of();
    }
    return found;
  }

  private Map<String, String> groups(Path process) {
    var groups = new TreeMap<String, String>();
    for (String line : reading.text(process.resolve("cgroup")).orElse("").lines().toList()) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3) groups.put(parts[1], parts[2]);
    }
    return groups;
  }

  private List<String> deleted(Path process) {
    var deleted = new ArrayList<String>();
    try (DirectoryStream<Path> fds = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path fd : fds) {
        String target = target(fd);
        if (target.endsWith(" (deleted)") && target.startsWith(subject.directory() + "/"))
          deleted.add(target);
      }
    } catch (IOException e) {
      if (!(e instanceof NoSuchFileException)) reading.refused(process + "/fd", e);
    }
    return deleted;
  }

  private static String target(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  /// Other monitors of the same sandbox: its name stands in the arguments of its own alone.
  private List<Long> doubles() {
    var found = new ArrayList<Long>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[1-9]*")) {
      for (Path process : all) {
        long pid = Long.parseLong(process.getFileName().toString());
        if (pid != subject.pid() && isMonitor(process)) found.add(pid);
      }
    } catch (IOException e) {
      reading.refused("/proc", e);
    }
    return found;
  }

  private boolean isMonitor(Path process) {
    try {
      var line =
          new String(
              Files.readAllBytes(process.resolve("cmdline")),
              java.nio.charset.StandardCharsets.ISO_8859_1);
      // QEMU's -name, Firecracker's --id; the latter's folder shows in paths, or is the jailer's.
      return (line.contains("-name\0atoll-" + subject.run() + "\0")
              && line.contains(subject.directory() + "/"))
          || line.contains("--id\0atoll-" + subject.run() + "\0");
    } catch (IOException gone) {
      return false;
    }
  }
}
