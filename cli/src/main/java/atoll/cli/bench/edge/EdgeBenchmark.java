package atoll.cli.bench.edge;

import atoll.core.json.Json;
import atoll.linux.net.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The edge against nginx as a reverse proxy, both in front of the same server inside a namespace
/// of the benchmark's own.
///
/// nginx runs inside the namespace, so that client, proxy and server talk over one loopback; the
/// edge runs outside and dials in, which is its job. Rounds alternate between the two, and the
/// figures are medians over the rounds.
public final class EdgeBenchmark {
  private static final int SERVER_PORT = 8080;
  private static final int PROXY_PORT = 8081;
  private static final int REPLY_BYTES = 128;
  private static final int ROUNDS = 21;
  private static final int ONE_BY_ONE = 1_000;
  private static final int CONNECTIONS = 8;
  private static final int SIDE_BY_SIDE = 2_000;
  private static final int WARM_UP = 20_000;
  private static final String HEADERS =
      "Host: localhost\r\nE2b-Sandbox-Id: "
          + EdgeProcess.ID
          + "\r\nE2b-Sandbox-Port: "
          + SERVER_PORT
          + "\r\nUser-Agent: bench\r\nAccept: */*\r\nX-Access-Token: 0123456789abcdef0123456789abcdef\r\n";

  private final Netns netns;
  private final Nginx nginx;
  private final Process edge;
  private final int edgePort;

  private EdgeBenchmark(Netns netns, Nginx nginx, Process edge) throws IOException {
    this.netns = netns;
    this.nginx = nginx;
    this.edge = edge;
    edgePort = Integer.parseInt(edge.inputReader().readLine());
  }

  /// Needs root and nginx; takes about a minute. Leaves nothing.
  public static Json.Obj measureOnce() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("atoll-edge-bench");
    Path anchor = Path.of("/run/netns", folder.getFileName().toString());
    Netns.prepareDirectory(anchor.getParent());
    Files.createFile(anchor);
    try (var netns = Netns.create(anchor)) {
      return run(netns, folder);
    } finally {
      Netns.delete(anchor);
      try (var files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
      }
    }
  }

  private static Json.Obj run(Netns netns, Path folder) throws IOException, InterruptedException {
    netns.inside(
        () -> new ProcessBuilder("ip", "link", "set", "lo", "up").inheritIO().start().waitFor());
    try (var server = Nginx.server(netns, folder.resolve("server"), SERVER_PORT, REPLY_BYTES);
        var proxy = Nginx.proxy(netns, folder.resolve("proxy"), PROXY_PORT, SERVER_PORT)) {
      Process edge = startEdge(netns.anchor());
      try {
        return new EdgeBenchmark(netns, proxy, edge).measure();
      } finally {
        edge.outputWriter().close();
        if (!edge.waitFor(10, TimeUnit.SECONDS)) edge.destroyForcibly();
      }
    }
  }

  private static Process startEdge(Path anchor) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var command =
        new ArrayList<>(
            List.of(java, "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xmx128m"));
    String more = System.getProperty("edge.options", "");
    if (!more.isEmpty()) command.addAll(List.of(more.split(" ")));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            EdgeProcess.class.getName(),
            anchor.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private Json.Obj measure() throws IOException, InterruptedException {
    Load direct = netns.inside(() -> retrying(SERVER_PORT));
    Load throughNginx = netns.inside(() -> retrying(PROXY_PORT));
    Load throughEdge = retrying(edgePort);
    throughEdge.sideBySide(CONNECTIONS, WARM_UP / CONNECTIONS);
    throughEdge.oneByOne(WARM_UP);
    var p50 = new long[3][ROUNDS];
    var p99 = new long[3][ROUNDS];
    var cpu = new double[2][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      note(p50[0], p99[0], round, netns.inside(() -> direct.oneByOne(ONE_BY_ONE)));
      note(p50[1], p99[1], round, netns.inside(() -> throughNginx.oneByOne(ONE_BY_ONE)));
      note(p50[2], p99[2], round, throughEdge.oneByOne(ONE_BY_ONE));
      cpu[0][round] = netns.inside(() -> work(nginx.pids(), throughNginx));
      cpu[1][round] = work(List.of(edge.pid()), throughEdge);
    }
    return figures(p50, p99, cpu);
  }

  /// The server may still be starting.
  private static Load retrying(int port) throws IOException, InterruptedException {
    for (int i = 0; ; i++) {
      try {
        return Load.to(port, HEADERS);
      } catch (IOException e) {
        if (i == 50) throw e;
        TimeUnit.MILLISECONDS.sleep(100); // bounded; a listening socket gives no event
      }
    }
  }

  private static void note(long[] p50, long[] p99, int round, long[] sorted) {
    p50[round] = sorted[sorted.length / 2];
    p99[round] = sorted[sorted.length * 99 / 100];
  }

  /// Microseconds of processor time for each request.
  private static double work(List<Long> pids, Load load) throws IOException, InterruptedException {
    long before = CpuTime.micros(pids);
    load.sideBySide(CONNECTIONS, SIDE_BY_SIDE);
    return (CpuTime.micros(pids) - before) / (double) (CONNECTIONS * SIDE_BY_SIDE);
  }

  private Json.Obj figures(long[][] p50, long[][] p99, double[][] cpu) {
    double nginxMs = millis(p50[1]);
    double edgeMs = millis(p50[2]);
    for (double[] each : cpu) Arrays.sort(each);
    double nginxCpu = cpu[0][ROUNDS / 2];
    double edgeCpu = cpu[1][ROUNDS / 2];
    return Json.object(
        "rounds",
        ROUNDS,
        "directP50Ms",
        millis(p50[0]),
        "nginxP50Ms",
        nginxMs,
        "edgeP50Ms",
        edgeMs,
        "edgeAddsMs",
        round(edgeMs - millis(p50[0])),
        "edgeOverNginxMs",
        round(edgeMs - nginxMs),
        "directP99Ms",
        millis(p99[0]),
        "nginxP99Ms",
        millis(p99[1]),
        "edgeP99Ms",
        millis(p99[2]),
        "nginxCpuMicros",
        nginxCpu,
        "edgeCpuMicros",
        edgeCpu,
        "cpuRatio",
        round(edgeCpu / nginxCpu),
        "edgeConnections",
        CONNECTIONS);
  }

  private static double millis(long[] nanos) {
    Arrays.sort(nanos);
    return round(nanos[nanos.length / 2] / 1e6);
  }

  private static double round(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
