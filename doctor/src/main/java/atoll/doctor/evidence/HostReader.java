package atoll.doctor.evidence;

import atoll.core.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads [HostFacts].
public final class HostReader {
  private static final Path PROC = Path.of("/proc");

  private final Reading reading;
  private final Path home;

  HostReader(Reading reading, Path home) {
    this.reading = reading;
    this.home = home;
  }

  /// Of the host alone, without a sandbox.
  public static HostFacts of(Path home, JournalFile journal) {
    return new HostReader(new Reading(Patience.USUAL), home).read(journal);
  }

  HostFacts read(JournalFile journal) {
    String memory = reading.text(PROC.resolve("meminfo")).orElse("");
    String[] load = reading.text(PROC.resolve("loadavg")).orElse("0 0 0 0/0 0").split("[ /]", -1);
    String[] files =
        reading.text(PROC.resolve("sys/fs/file-nr")).orElse("-1 0 -1").split("\\s+", -1);
    long node = node();
    return new HostFacts(
        uid() == 0,
        node,
        node == 0 ? "" : state(node),
        journal.damaged(),
        kib(memory, "MemAvailable:"),
        kib(memory, "MemTotal:"),
        Double.parseDouble(load[0]),
        Runtime.getRuntime().availableProcessors(),
        pressure(),
        load.length > 4 ? Reading.number(load[4], -1) : -1,
        Math.min(
            reading.number(PROC.resolve("sys/kernel/pid_max"), Integer.MAX_VALUE),
            reading.number(PROC.resolve("sys/kernel/threads-max"), Integer.MAX_VALUE)),
        Reading.number(files[0], -1),
        files.length > 2 ? Reading.number(files[2], -1) : -1,
        shared(),
        settings());
  }

  static int uid() {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).intValue();
    } catch (IOException e) {
      return -1;
    }
  }

  /// A living node holds the lock of its journal: that is proof, unlike a file with a number in it.
  /// Read from proc(5) locks, since to try the lock could refuse it to a node that is starting.
  private long node() {
    Path lock = home.resolve("journal/lock");
    try {
      String inode = ":" + Files.getAttribute(lock, "unix:ino") + " ";
      return reading
          .text(PROC.resolve("locks"))
          .orElse("")
          .lines()
          .filter(l -> l.contains(inode) && l.contains(" WRITE "))
          .map(l -> l.substring(l.indexOf(" WRITE ") + 7).strip().split(" ", 2)[0])
          .mapToLong(pid -> Reading.number(pid, 0))
          .findFirst()
          .orElse(0);
    } catch (IOException none) {
      return 0;
    }
  }

  private String state(long pid) {
    String stat = reading.text(PROC.resolve(pid + "/stat")).orElse("");
    int name = stat.lastIndexOf(')');
    return name < 0 || stat.length() < name + 3 ? "" : stat.substring(name + 2, name + 3);
  }

  private static long kib(String text, String name) {
    return text.lines()
        .filter(l -> l.startsWith(name))
        .mapToLong(l -> Reading.number(l.replaceAll("[^0-9]", ""), -1) << 10)
        .findFirst()
        .orElse(-1);
  }

  private double pressure() {
    String text = reading.text(PROC.resolve("pressure/cpu")).orElse("");
    int at = text.indexOf("avg10=");
    if (at < 0) return -1;
    return Double.parseDouble(text.substring(at + 6).split(" ", 2)[0]);
  }

  private boolean shared() {
    return reading
        .text(PROC.resolve("self/mountinfo"))
        .orElse("")
        .lines()
        .filter(l -> l.contains(" /run/netns ") || l.contains(" /var/run/netns "))
        .anyMatch(l -> l.contains(" shared:"));
  }

  private Map<String, String> settings() {
    var settings = new LinkedHashMap<String, String>();
    for (String name :
        new String[] {
          "net/ipv4/ip_forward",
          "vm/overcommit_memory",
          "net/netfilter/nf_conntrack_count",
          "net/netfilter/nf_conntrack_max",
          "net/bridge/bridge-nf-call-iptables",
          "vm/max_map_count"
        }) {
      reading.text(PROC.resolve("sys").resolve(name)).ifPresent(v -> settings.put(name, v));
    }
    return settings;
  }
}
