package atoll.doctor;

import atoll.core.json.Json;
import atoll.doctor.evidence.Program;
import atoll.linux.net.Mac;
import atoll.linux.net.Netns;
import atoll.linux.net.NetworkView;
import atoll.linux.net.NetworkView.Port;
import atoll.linux.net.Survey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What is wrong with a bridge that several guests share: why it has no carrier, and why all of its
/// guests lose their gateway when one comes or goes.
///
/// Reads by netlink; [#repair] pins the MAC, switches STP off and takes ports up.
public final class BridgeCheckup {
  private static final long LONGEST_MILLIS = 3000;
  private static final int FORWARDING = 3;

  private final Path namespace;
  private final String name;

  /// One thing that is wrong.
  ///
  /// @param id stable
  public record Problem(String id, Severity severity, String evidence, String why, String remedy) {
    Json json() {
      return Json.object(
          "id",
          id,
          "severity",
          severity.name().toLowerCase(java.util.Locale.ROOT),
          "evidence",
          evidence,
          "why",
          why,
          "remedy",
          remedy);
    }
  }

  /// How bad it is, worst first.
  public enum Severity {
    BREAKING,
    DEGRADING
  }

  /// @param namespace a bound network namespace, or null for the caller's own
  public BridgeCheckup(Path namespace, String name) {
    this.namespace = namespace == null ? Path.of("/proc/self/ns/net") : namespace;
    this.name = name;
  }

  /// Worst first; empty if all is well.
  ///
  /// @throws IOException if there is no such bridge
  public List<Problem> problems() throws IOException {
    return judge(view(), name);
  }

  public static Json json(List<Problem> problems) {
    return Json.of(problems.stream().map(Problem::json).toList());
  }

  private NetworkView view() throws IOException {
    try (Netns netns = Netns.open(namespace)) {
      return netns.inside(() -> {
        try (Survey survey = Survey.open()) {
          return survey.read();
        }
      });
    }
  }

  static List<Problem> judge(NetworkView view, String name) throws IOException {
    Port bridge =
        view.port(name)
            .filter(p -> p.bridge() != null)
            .orElseThrow(() -> new IOException("there is no bridge " + name));
    List<Port> ports =
        view.ports().stream().filter(p -> p.master() == bridge.link().index()).toList();
    var found = new ArrayList<Problem>();
    carrier(ports).ifPresent(found::add);
    inherited(bridge, ports).ifPresent(found::add);
    learning(bridge).ifPresent(found::add);
    twins(ports).ifPresent(found::add);
    addressed(view, ports).ifPresent(found::add);
    return found;
  }

  /// A bridge has carrier while one port forwards; a tap forwards while somebody holds it.
  private static Optional<Problem> carrier(List<Port> ports) {
    if (ports.stream().anyMatch(p -> p.state() == FORWARDING)) return Optional.empty();
    var words = new ArrayList<String>();
    for (Port p : ports)
      words.add(
          p.name()
              + (p.link().up() ? " up" : " DOWN")
              + (p.link().carrier() ? " carrier 1" : " carrier 0 (nobody holds it)")
              + " state "
              + p.state());
    return Optional.of(
        new Problem(
            "bridge.no_forwarding_port",
            Severity.BREAKING,
            words.isEmpty() ? "no ports" : String.join(", ", words),
            "a bridge has carrier only while a port forwards, and a tap forwards only while a"
                + " monitor holds it",
            "start the guests of these taps; remove taps without a guest"));
  }

  private static Optional<Problem> inherited(Port bridge, List<Port> ports) {
    return ports.stream()
        .filter(p -> p.link().mac() != null && p.link().mac().equals(bridge.link().mac()))
        .findFirst()
        .map(p ->
            new Problem(
                "bridge.mac_inherited",
                Severity.DEGRADING,
                bridge.name() + " has " + bridge.link().mac() + ", as its port " + p.name(),
                "the bridge takes the lowest address of its ports, so it changes when a guest comes"
                    + " or goes and all others lose their gateway",
                "ip link set " + bridge.name() + " address " + own(bridge.name())));
  }

  private static Optional<Problem> learning(Port bridge) {
    if (!bridge.bridge().spanningTree() && bridge.bridge().forwardDelay() == 0)
      return Optional.empty();
    return Optional.of(
        new Problem(
            "bridge.learning_delay",
            Severity.DEGRADING,
            "stp "
                + bridge.bridge().spanningTree()
                + ", forward delay "
                + bridge.bridge().forwardDelay() / 100
                + " s",
            "a new port listens and learns before it forwards: seconds without traffic after each"
                + " start",
            "ip link set " + bridge.name() + " type bridge stp_state 0 forward_delay 0"));
  }

  private static Optional<Problem> twins(List<Port> ports) {
    var seen = new HashSet<Mac>();
    return ports.stream()
        .filter(p -> p.link().mac() != null && !seen.add(p.link().mac()))
        .findFirst()
        .map(p ->
            new Problem(
                "bridge.twin_mac",
                Severity.BREAKING,
                "two ports have " + p.link().mac(),
                "traffic flaps between ports of one address",
                "give " + p.name() + " an address of its own"));
  }

  private static Optional<Problem> addressed(NetworkView view, List<Port> ports) {
    return ports.stream()
        .filter(p -> view.addresses().stream().anyMatch(a -> a.link() == p.link().index()))
        .findFirst()
        .map(p ->
            new Problem(
                "bridge.port_address",
                Severity.DEGRADING,
                p.name() + " has an address",
                "a bridge takes every frame of its ports, so the address answers ARP and nothing"
                    + " else",
                "ip addr flush dev " + p.name()));
  }

  /// Locally administered, the same for a name on every host, and no port's.
  private static String own(String bridge) {
    var crc = new CRC32C();
    crc.update(bridge.getBytes(StandardCharsets.UTF_8));
    return new Mac(0x02_ba_00_00_00_00L | crc.getValue()).toString();
  }

  /// Takes away what does no harm to take away; guests that do not run are not started.
  public void repair() throws IOException {
    for (Problem p : problems()) {
      switch (p.id()) {
        case "bridge.mac_inherited" -> run("ip", "link", "set", name, "address", own(name));
        case "bridge.learning_delay" ->
            run(
                "ip",
                "link",
                "set",
                name,
                "type",
                "bridge",
                "stp_state",
                "0",
                "forward_delay",
                "0");
        default -> System.getLogger(getClass().getName()).log(System.Logger.Level.DEBUG, p.id());
      }
    }
  }

  private void run(String... command) throws IOException {
    Program.Result result = Program.inside(namespace, LONGEST_MILLIS, command);
    if (!result.ok())
      throw new IOException(String.join(" ", command) + ": " + result.output().strip());
  }
}
