package atoll.cli.bench;

import atoll.core.Deadline;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netns;
import atoll.node.egress.HostNetwork;
import atoll.node.egress.SlotRange;
import atoll.node.egress.WayOut;
import atoll.node.egress.proxy.HostNames;
import atoll.node.egress.proxy.ProxyLoop;
import atoll.node.network.Egress;
import atoll.node.network.SlotJournal;
import atoll.node.network.SlotLease;
import atoll.node.network.SlotPool;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/// Slots with a way out: building the first and the 500th, changing a policy, and the same with a
/// rule per slot in iptables. All in a namespace that plays the host, so the host's own rules stay
/// as they are.
final class EgressBench {
  private static final int MANY = 500;
  private static final int EDGE = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path IPTABLES = Path.of("/usr/sbin/iptables");

  private EgressBench() {}

  static List<Figure> run(int rounds) throws Exception {
    try (var anchors = Anchors.open()) {
      Path anchor = Files.createFile(anchors.folder().resolve("host"));
      try (Netns host = Netns.create(anchor)) {
        host.inside(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
        List<Figure> figures = new ArrayList<>(ours(anchors, host, rounds));
        figures.addAll(iptables(host));
        return figures;
      } finally {
        Netns.delete(anchor);
      }
    }
  }

  private static List<Figure> ours(Anchors anchors, Netns host, int rounds) throws Exception {
    try (var dialer = new NamespaceDialer();
        var network = HostNetwork.in(host, dialer);
        var wayOut = WayOut.open(network, WayOut.Names.of(anchors.folder(), SlotRange.USUAL));
        var proxies = new ProxyLoop(dialer, HostNames.SYSTEM);
        var pool =
            SlotPool.open(
                anchors.slots(),
                1,
                MANY + 1,
                SlotJournal.NONE,
                dialer,
                new Egress(wayOut, proxies),
                EgressPolicy.OPEN)) {
      var leases = new ArrayList<SlotLease>();
      var builds = new double[MANY];
      int rules = 0;
      for (int i = 0; i < MANY; i++) {
        builds[i] = Samples.once(() -> leases.add(pool.claim(Deadline.after(PATIENCE))));
        if (i == 0) rules = rules(host);
      }
      return figures(builds, leases, rules, rules(host), rounds);
    }
  }

  private static List<Figure> figures(
      double[] builds, List<SlotLease> leases, int rulesOfOne, int rulesOfAll, int rounds)
      throws Exception {
    Samples first = Samples.of(Arrays.copyOfRange(builds, EDGE, 2 * EDGE));
    Samples last = Samples.of(Arrays.copyOfRange(builds, MANY - EDGE, MANY));
    var early = new double[rounds];
    var late = new double[rounds];
    for (int i = 0; i < rounds; i++) { // in turns: the host's speed halves from second to second
      early[i] = Samples.once(() -> change(leases.getFirst()));
      late[i] = Samples.once(() -> change(leases.getLast()));
    }
    return List.of(
        Figure.told("build a slot with a way out", first.median(), "ms", EDGE),
        Figure.ratio(
            "build the 500th slot with a way out",
            last.median(),
            "ms",
            "the first ones",
            first.median(),
            1.2,
            EDGE),
        Figure.ratio(
            "change the policy of the 500th slot",
            Samples.of(late).median(),
            "ms",
            "of the first",
            Samples.of(early).median(),
            1.2,
            rounds),
        Figure.ratio(
            "rules on the host with 500 slots", rulesOfAll, "", "with one", rulesOfOne, 1, 1));
  }

  private static void change(SlotLease lease) throws IOException {
    boolean open = lease.policy().allow().isEmpty();
    List<AddressRange> some = List.of(AddressRange.parse("203.0.113.0/24"));
    lease.apply(
        new EgressPolicy(open ? some : List.of(), List.of(), some, EgressPolicy.USUAL_RESOLVERS));
  }

  private static int rules(Netns host) throws Exception {
    Process nft = inside(host, "nft", "-j", "list", "ruleset");
    String listed = new String(nft.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    finish(nft, "nft");
    return listed.split("\"rule\":", -1).length - 1;
  }

  /// The usual way: eight rules for each slot, each added by a program.
  private static List<Figure> iptables(Netns host) throws Exception {
    if (!Files.isExecutable(IPTABLES)) {
      System.err.println(
          "SKIPPED: the comparison with iptables needs "
              + IPTABLES
              + " (apt-get install iptables)");
      return List.of();
    }
    Samples first = batch(host, 0);
    preload(host);
    Samples last = batch(host, MANY);
    return List.of(
        new Figure(
            "the same rules with iptables, for the 500th slot",
            last.median(),
            "ms",
            "for the first",
            first.median(),
            EDGE,
            "",
            true));
  }

  private static Samples batch(Netns host, int from) throws Exception {
    var millis = new double[EDGE];
    for (int i = 0; i < EDGE; i++) {
      int slot = from + i;
      millis[i] =
          Samples.once(() -> {
            for (String rule : perSlot(slot))
              finish(inside(host, ("iptables " + rule).split(" ")), "iptables");
          });
    }
    return Samples.of(millis);
  }

  private static List<String> perSlot(int slot) {
    String link = "veth-" + slot;
    String address = "10.11." + slot / 256 + "." + slot % 256;
    IntFunction<String> redirect =
        port ->
            "-t nat -A PREROUTING -i "
                + link
                + " -p tcp --dport "
                + port
                + " -j REDIRECT --to-ports 5016";
    return List.of(
        "-A FORWARD -i " + link + " -o up -j ACCEPT",
        "-A FORWARD -i up -o " + link + " -j ACCEPT",
        "-t nat -A POSTROUTING -s " + address + "/32 -o up -j MASQUERADE",
        redirect.apply(80),
        redirect.apply(443),
        redirect.apply(111),
        redirect.apply(2049),
        "-t nat -A PREROUTING -i " + link + " -p tcp -j REDIRECT --to-ports 5018");
  }

  /// What 480 slots would have added, in one go.
  private static void preload(Netns host) throws Exception {
    for (String table : List.of("filter", "nat")) {
      var script = new StringBuilder("*" + table + "\n");
      for (int slot = EDGE; slot < MANY; slot++) {
        for (String rule : perSlot(slot)) {
          boolean nat = rule.startsWith("-t nat ");
          if (nat == table.equals("nat"))
            script.append(nat ? rule.substring(7) : rule).append('\n');
        }
      }
      Process restore = inside(host, "iptables-restore", "--noflush");
      try (var input = restore.getOutputStream()) {
        input.write(script.append("COMMIT\n").toString().getBytes(StandardCharsets.US_ASCII));
      }
      finish(restore, "iptables-restore");
    }
  }

  private static Process inside(Netns host, String... words) throws IOException {
    var command = new ArrayList<>(List.of("nsenter", "--net=" + host.anchor()));
    command.addAll(List.of(words));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void finish(Process process, String what) throws Exception {
    if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0)
      throw new IOException(what + " failed");
  }
}
