package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sandboxes that somebody broke by hand, with the tools that every host has and none of ours: the
/// doctor has nothing to go by but what the kernel shows.
///
/// `-Dfaults=all` runs every one; otherwise one of each kind.
@Tag("real")
@Tag("e2e")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PlainBreakageTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  private Atoll atoll;
  private Api api;
  private String sandbox;
  private Json.Obj inspected;

  /// Something that somebody did.
  ///
  /// @param command for a shell on the host that knows NS, PID, OVERLAY and GROUP; or for one in
  ///   the guest, as root, if it begins with `guest:`
  /// @param cause that must be named first
  /// @param mended whether `--fix` makes it healthy again
  /// @param always whether it is in each run
  record Breakage(String command, String cause, boolean mended, boolean always) {
    @Override
    public String toString() {
      return cause + ": " + command;
    }
  }

  private static Breakage brief(String cause, boolean mended, String command) {
    return new Breakage(command, cause, mended, true);
  }

  private static Breakage more(String cause, boolean mended, String command) {
    return new Breakage(command, cause, mended, false);
  }

  static Stream<Breakage> breakages() {
    return Stream.of(
            brief("tap.down", true, "$N ip link set tap0 down"),
            brief(
                "tap.recreated",
                false,
                "$N ip link del tap0; $N ip tuntap add tap0 mode tap; $N ip link set tap0 up; $N ip"
                    + " addr add 169.254.0.22/30 dev tap0"),
            brief("tap.moved", true, "$N ip link set tap0 netns 1"),
            brief(
                "namespace.firewall",
                true,
                "$N nft add table ip x; $N nft 'add chain ip x o { type filter hook output priority"
                    + " 0; policy drop; }'"),
            brief("namespace.anchor_missing", true, "ip netns delete $NS"),
            brief("vmm.stopped", true, "kill -STOP $PID"),
            brief("guest.cgroup2_missing", true, "guest: umount -l /sys/fs/cgroup"),
            brief(
                "guest.gateway_poisoned",
                true,
                "guest: (sleep 1; /usr/lib/atoll/busybox arp -s 169.254.0.22 02:00:00:00:00:99 -i"
                    + " eth0) >/dev/null 2>&1 & /usr/lib/atoll/busybox true"),
            brief("agent.hung", false, guestLater("kill -STOP $(pidof atoll-agent)")),
            more("tap.missing", false, "$N ip link del tap0"),
            more(
                "tap.renamed",
                true,
                "$N ip link set tap0 down; $N ip link set tap0 name foo; $N ip link set foo up"),
            more("tap.wrong_mac", true, "$N ip link set tap0 address 02:11:22:33:44:55"),
            more("tap.mtu", true, "$N ip link set tap0 mtu 576"),
            more(
                "tap.enslaved",
                true,
                "$N ip link add br0 type bridge; $N ip link set br0 up; $N ip link set tap0 master"
                    + " br0"),
            more("namespace.address_missing", true, "$N ip addr flush dev tap0"),
            more("namespace.route_missing", true, "$N ip route flush table main"),
            more("namespace.route_diverted", true, "$N ip route add blackhole 169.254.0.21"),
            more(
                "namespace.routing_rule",
                true,
                "$N ip rule add pref 5 to 169.254.0.21 unreachable"),
            more(
                "namespace.neighbour_poisoned",
                true,
                "$N ip neigh replace 169.254.0.21 lladdr de:ad:be:ef:00:01 dev tap0"),
            more(
                "namespace.firewall",
                true,
                "$N nft add table netdev x; $N nft 'add chain netdev x i { type filter hook ingress"
                    + " device tap0 priority 0; policy drop; }'"),
            more(
                "namespace.traffic_shaped",
                true,
                "$N tc qdisc add dev tap0 root tbf rate 8kbit burst 2000 latency 4s"),
            more(
                "namespace.refuses",
                false,
                "$N ip xfrm policy add src 0.0.0.0/0 dst 169.254.0.21/32 dir out action block"),
            more("namespace.anchor_plain", true, "umount -l /run/netns/$NS"),
            more(
                "namespace.recreated",
                false,
                "ip netns delete $NS; ip netns add $NS; $N ip tuntap add tap0 mode tap; $N ip link"
                    + " set tap0 up"),
            more("vmm.exited", false, "kill -KILL $PID; sleep 1"),
            more("vmm.niced", true, "chrt -a -i -p 0 $PID"),
            more("vmm.overlay_owner", true, "chmod 000 $OVERLAY"),
            more("vmm.overlay_missing", false, "rm $OVERLAY"),
            more("guest.nic_silent", false, guestLater("ip link set eth0 down")),
            more("guest.nic_silent", false, guestLater("ip addr flush dev eth0")),
            more("guest.disk_full", false, "guest: dd if=/dev/zero of=/fill bs=1M; true"),
            more("guest.clock", true, "guest: date -s @1700000000"))
        .filter(b -> b.always() || "all".equals(System.getProperty("faults")));
  }

  /// A moment after the order was answered, since it cuts off who would answer.
  private static String guestLater(String command) {
    return "guest: (sleep 1; " + command + ") >/dev/null 2>&1 & sleep 0";
  }

  @BeforeEach
  void start() throws Exception {
    atoll = Atoll.shared();
    api = new Api(atoll);
    sandbox = api.create().text("sandboxID");
    inspected = object(atoll.command("sandbox", "inspect", sandbox).expectSuccess());
  }

  @AfterEach
  void end() throws Exception {
    if (sandbox != null) api.delete("/sandboxes/" + sandbox);
  }

  private static Json.Obj object(Program.Outcome outcome) {
    return JsonReader.readObject(outcome.out().getBytes(StandardCharsets.UTF_8));
  }

  private void breakIt(String command) throws Exception {
    if (command.startsWith("guest: ")) {
      atoll
          .command(
              "sandbox", "exec", "--user", "root", sandbox, "--", "sh", "-c", command.substring(7))
          .expectSuccess();
      if (command.contains("sleep 1;")) TimeUnit.SECONDS.sleep(2); // a broken guest tells nobody
      return;
    }
    String anchor = inspected.object("slot").text("netns").orElseThrow();
    String name = anchor.substring(anchor.lastIndexOf('/') + 1);
    Program.of("sh", "-c", "N=\"ip netns exec $NS\"; " + command)
        .with("NS", name)
        .with("PID", inspected.object("vmm").whole("pid").orElseThrow().toString())
        .with("OVERLAY", inspected.object("disk").text("overlay").orElseThrow())
        .run(SOON)
        .expectSuccess();
  }

  private Program.Outcome doctor(String... options) throws Exception {
    var words = new ArrayList<>(List.of("doctor", sandbox));
    words.addAll(List.of(options));
    return atoll.command(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("breakages")
  void isNamedFirstAndMendedWhereThatIsSafe(Breakage breakage) throws Exception {
    breakIt(breakage.command());
    Program.Outcome said = doctor();
    assertThat(said.exit()).as(said.toString()).isEqualTo(1);
    assertThat(object(said).object("cause").text("id")).as(said.out()).contains(breakage.cause());
    Program.Outcome after = doctor("--fix"); // 0: healthy, or explained: slow on a busy host
    assertThat(after.exit() == 0).as(after.toString()).isEqualTo(breakage.mended());
  }
}
