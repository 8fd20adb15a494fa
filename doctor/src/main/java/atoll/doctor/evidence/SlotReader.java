package atoll.doctor.evidence;

import atoll.doctor.evidence.SlotFacts.Elsewhere;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView;
import atoll.linux.net.Survey;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads [SlotFacts] from inside the slot's namespace, or from the monitor's where the slot's name
/// leads nowhere.
final class SlotReader {
  /// Beyond this many namespaces a tap that went astray is no longer looked for.
  private static final int MOST_NAMESPACES = 1024;

  private static final List<String> SETTINGS =
      List.of(
          "ipv4/conf/" + Expected.TAP + "/arp_ignore",
          "ipv4/conf/" + Expected.TAP + "/arp_filter",
          "ipv4/conf/" + Expected.TAP + "/rp_filter",
          "ipv4/conf/all/arp_ignore",
          "ipv4/conf/all/rp_filter",
          "ipv4/ip_forward",
          "ipv4/tcp_syn_retries",
          "ipv4/ip_local_port_range");

  private final Reading reading;
  private final Subject subject;
  private final MonitorFacts monitor;

  SlotReader(Reading reading, Subject subject, MonitorFacts monitor) {
    this.reading = reading;
    this.subject = subject;
    this.monitor = monitor;
  }

  private record Inside(
      NetworkView view, Optional<NetworkView.Route> route, Map<String, String> settings) {
    static final Inside NOTHING = new Inside(null, Optional.empty(), Map.of());
  }

  SlotFacts read() {
    Path anchor = subject.anchor();
    boolean exists = subject.slot() >= 0 && Files.exists(anchor);
    boolean bound = exists && bound(anchor);
    Path way = bound ? anchor : monitorWay();
    Inside inside = way == null ? Inside.NOTHING : inside(way);
    List<SlotFacts.FilterRule> refusing =
        way == null ? List.of() : new FilterReader(reading).refusing(way);
    return new SlotFacts(
        exists,
        bound,
        bound ? inode(anchor) : 0,
        inside.view(),
        !bound,
        inside.route(),
        inside.settings(),
        refusing,
        subject.live() && (inside.view() == null || astray(inside)) ? elsewhere(way) : List.of(),
        new SeatReader(reading, subject).read(inside.view(), refusing));
  }

  private Path monitorWay() {
    return monitor.alive() ? Path.of("/proc", Long.toString(subject.pid()), "ns/net") : null;
  }

  private boolean bound(Path anchor) {
    try {
      return Netns.isBound(anchor);
    } catch (IOException e) {
      reading.refused(anchor.toString(), e);
      return false;
    }
  }

  private static long inode(Path file) {
    try {
      return ((Number) Files.getAttribute(file, "unix:ino")).longValue();
    } catch (IOException gone) {
      return 0;
    }
  }

  private Inside inside(Path way) {
    try (Netns netns = Netns.open(way)) {
      return netns.inside(SlotReader::look);
    } catch (IOException e) {
      reading.refused("namespace " + way, e);
      return Inside.NOTHING;
    }
  }

  private static Inside look() throws IOException {
    try (Survey survey = Survey.open()) {
      var settings = new LinkedHashMap<String, String>();
      for (String name : SETTINGS) {
        Path file = Path.of("/proc/sys/net", name);
        if (Files.exists(file)) settings.put(name, Files.readString(file).strip());
      }
      return new Inside(survey.read(), survey.routeTo(Expected.GUEST), settings);
    }
  }

  /// Only then is it worth looking into every other namespace: the slot's tap is not the monitor's.
  private boolean astray(Inside inside) {
    return inside
        .view()
        .port(Expected.TAP)
        .map(tap -> !tap.link().carrier() || !tap.link().up() || differ())
        .orElse(true);
  }

  private boolean differ() {
    return monitor.alive() && monitor.namespace() != inode(subject.anchor());
  }

  private List<Elsewhere> elsewhere(Path own) {
    var found = new ArrayList<Elsewhere>();
    var ways = new LinkedHashMap<Long, Path>();
    ways.put(inode(Path.of("/proc/self/ns/net")), Path.of("/proc/self/ns/net"));
    if (monitorWay() != null) ways.put(monitor.namespace(), monitorWay());
    boolean gone = monitor.alive() && !monitor.taps().isEmpty();
    if (gone) others(ways);
    if (own != null) ways.remove(inode(own));
    ways.forEach(
        (inode, way) -> taps(way).forEach(p -> found.add(new Elsewhere(name(way), inode, p))));
    return found;
  }

  /// Namespaces by name which are no slots of others: those have a tap of this name by right.
  private void others(Map<Long, Path> ways) {
    try (DirectoryStream<Path> names = Files.newDirectoryStream(Expected.ANCHORS)) {
      for (Path name : names) {
        if (ways.size() >= MOST_NAMESPACES) return;
        if (!name.getFileName().toString().startsWith(Expected.SLOT_PREFIX) && bound(name))
          ways.putIfAbsent(inode(name), name);
      }
    } catch (IOException e) {
      reading.refused(Expected.ANCHORS.toString(), e);
    }
  }

  private static String name(Path way) {
    if (way.startsWith("/proc/self")) return "the host's namespace";
    return way.startsWith("/proc") ? "the monitor's namespace" : way.toString();
  }

  private List<NetworkView.Port> taps(Path way) {
    try (Netns netns = Netns.open(way)) {
      return netns.inside(() -> {
        try (Survey survey = Survey.open()) {
          return survey.ports().stream()
              .filter(p -> p.tun() != null)
              .filter(p -> p.name().equals(Expected.TAP) || monitor.holds(p.name()))
              .toList();
        }
      });
    } catch (IOException e) {
      reading.refused("namespace " + way, e);
      return List.of();
    }
  }
}
