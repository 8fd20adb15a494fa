package atoll.doctor.evidence;

import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.net.FdSocket;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netns;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.AgentException;
import atoll.protocol.agent.ExecRequest;
import atoll.protocol.agent.ExecResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Lets the guest tell about itself: one small program through its agent, as root, which only
/// reads. Its words are hostile: bounded, and compared with what is expected.
public final class GuestQuestions {
  private static final int OUTPUT_LIMIT = 64 << 10;

  /// Only the image's own static tools, so that a broken root file system still answers.
  static final String SHELL = "/usr/lib/atoll/busybox";

  private static final String QUESTIONS =
      """
      b=/usr/lib/atoll/busybox
      echo date=$($b date +%s)
      while read -r d p t o r; do
        case "$p" in
          /) echo "root=$o" ;;
          /sys/fs/cgroup) echo "cgroup=$t" ;;
          /dev/pts) echo pts=1 ;;
          /dev/shm) echo shm=1 ;;
        esac
      done </proc/mounts
      while read -r n v u; do
        case "$n" in MemTotal:) echo "total=$v" ;; MemAvailable:) echo "available=$v" ;; esac
      done </proc/meminfo
      read -r l r </proc/loadavg; echo "load=$l"
      while read -r i d g r; do [ "$d" = 00000000 ] && echo route=1; done </proc/net/route
      read -r f </sys/class/net/lo/flags; echo "lo=$f"
      echo "df=disk"; $b df -P -k /
      echo "df=inodes"; $b df -P -i /
      for f in /sys/fs/cgroup/*/cgroup.freeze /sys/fs/cgroup/*/*/cgroup.freeze; do
        [ -r "$f" ] && read -r v <"$f" && [ "$v" = 1 ] && echo "frozen=${f%/cgroup.freeze}"
      done
      (echo x >/tmp/.atoll-doctor && $b rm -f /tmp/.atoll-doctor && echo tmp=1) 2>/dev/null
      exit 0
      """;

  private GuestQuestions() {}

  /// Runs a program in the guest as root.
  ///
  /// @param token the agent's secret, or null
  public static ExecResult exec(
      NamespaceDialer dialer, Netns namespace, String token, Deadline deadline, String... command)
      throws IOException {
    try (var agent = new AgentClient(line(dialer, namespace, deadline), token)) {
      return agent.exec(ExecRequest.as("root", command), OUTPUT_LIMIT, deadline);
    }
  }

  /// Whether its agent says that it is well.
  public static boolean healthy(NamespaceDialer dialer, Netns namespace, Deadline deadline) {
    try (var agent = new AgentClient(line(dialer, namespace, deadline), null)) {
      return agent.health(deadline);
    } catch (IOException silent) {
      return false;
    }
  }

  /// Whether anything accepts connections on the agent's port.
  public static boolean accepts(NamespaceDialer dialer, Netns namespace, Deadline deadline) {
    try (var line = line(dialer, namespace, deadline)) {
      return line != null;
    } catch (IOException refused) {
      return false;
    }
  }

  private static FdSocket line(NamespaceDialer dialer, Netns namespace, Deadline deadline)
      throws IOException {
    return FdSocket.connect(
        new Fd(dialer.socket(namespace)), Expected.GUEST, Expected.AGENT_PORT, deadline);
  }

  static GuestFacts ask(NamespaceDialer dialer, Netns namespace, String token, Deadline deadline) {
    long before = System.currentTimeMillis();
    try {
      ExecResult result = exec(dialer, namespace, token, deadline, SHELL, "sh", "-c", QUESTIONS);
      if (result.exitCode() != 0)
        return GuestFacts.unasked("its shell ended with " + result.exitCode());
      double middle = (before + System.currentTimeMillis()) / 2000.0;
      return read(new String(result.stdout(), StandardCharsets.UTF_8), middle);
    } catch (AgentException e) {
      boolean secret = e.getMessage() != null && e.getMessage().contains("http_401");
      return GuestFacts.unasked(
          secret || String.valueOf(e).contains("401")
              ? "its agent wants a token, which only a running node knows"
              : "its agent refuses: " + e.getMessage());
    } catch (IOException e) {
      return GuestFacts.unasked("no answer: " + e.getMessage());
    }
  }

  static GuestFacts read(String text, double nowSeconds) {
    Map<String, String> last = new LinkedHashMap<>();
    List<String> frozen = new ArrayList<>();
    String table = "";
    for (String line : text.lines().limit(500).toList()) {
      int at = line.indexOf('=');
      if (at < 0 && line.endsWith(" /") && !table.isEmpty()) last.put(table, used(line));
      if (line.startsWith("df=")) table = line.substring(3);
      if (at < 0) continue;
      String name = line.substring(0, at);
      String value = line.substring(at + 1);
      if (name.equals("frozen")) frozen.add(value);
      else last.put(name, value);
    }
    double clock = last.containsKey("date") ? number(last, "date", 0) - nowSeconds + 0.5 : 0;
    return new GuestFacts(
        true,
        "",
        last.getOrDefault("cgroup", "").equals("cgroup2"),
        last.containsKey("tmp"),
        List.of(last.getOrDefault("root", "").split(",", -1)).contains("ro"),
        percent(last, "disk"),
        percent(last, "inodes"),
        number(last, "available", 0),
        number(last, "total", 0),
        decimal(last.getOrDefault("load", "0")),
        last.containsKey("route"),
        loopbackUp(last.getOrDefault("lo", "0x1")),
        clock,
        last.containsKey("pts"),
        last.containsKey("shm"),
        frozen);
  }

  /// The fifth column of df's line.
  private static String used(String line) {
    String[] columns = line.strip().split("\\s+", -1);
    return columns.length < 5 ? "" : columns[4];
  }

  private static boolean loopbackUp(String flags) {
    return !flags.matches("0x[0-9a-fA-F]{1,8}") || (Long.decode(flags) & 1) == 1;
  }

  private static long number(Map<String, String> from, String name, long otherwise) {
    return Reading.number(from.getOrDefault(name, ""), otherwise);
  }

  private static int percent(Map<String, String> from, String name) {
    return (int) Reading.number(from.getOrDefault(name, "").replace("%", ""), 0);
  }

  private static double decimal(String text) {
    return text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?") ? Double.parseDouble(text) : 0;
  }

  /// Seconds since 1970, for repairs of the guest's clock.
  public static long now() {
    return Instant.now().getEpochSecond();
  }
}
