package atoll.cli.bench;

import atoll.cli.bench.agent.AgentCalls;
import atoll.cli.bench.agent.NativeAgent;
import atoll.cli.bench.agent.RawTransfer;
import atoll.core.json.Json;
import atoll.linux.process.Child;
import atoll.linux.process.FdInput;
import atoll.linux.process.Pipe;
import atoll.linux.process.Spawn;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The guest agent alone, run natively: start, memory, calls, transfers, many streams, idleness.
final class AgentBench {
  private static final int EXECS = 500;
  private static final int STREAMS = 200;
  private static final int WARM_UP = 200;
  private static final int ENTRIES = 10_000;
  private static final int SIZE = 64 << 20;
  private static final int IDLE_SECONDS = 60;
  private static final String ECHO = "echo hi";

  private final Path bundle;
  private final Path folder;
  private final int rounds;
  private final Progressing progress;
  private final List<Figure> figures = new ArrayList<>();

  private AgentBench(Path bundle, Path folder, int rounds, Progressing progress) {
    this.bundle = bundle;
    this.folder = folder;
    this.rounds = rounds;
    this.progress = progress;
  }

  /// @param home where a folder for the transfers is made and removed again
  static List<Figure> run(Path bundle, Path home, int rounds, Progressing progress)
      throws Exception {
    Files.createDirectories(home);
    Path folder = Files.createTempDirectory(home, "bench-agent-");
    try {
      var bench = new AgentBench(bundle, folder, rounds, progress);
      bench.starts();
      try (var agent = NativeAgent.start(bundle);
          var calls = new AgentCalls(agent.client())) {
        bench.processes(agent, calls);
        bench.streams(agent);
        bench.calls(calls);
        bench.transfers(calls);
        bench.idle(agent);
      }
      return bench.figures;
    } finally {
      remove(folder);
    }
  }

  private void starts() throws IOException {
    NativeAgent.start(bundle).close(); // the first one reads files that the others find in memory
    var millis = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      progress.step("agent start", i, rounds);
      try (var agent = NativeAgent.start(bundle)) {
        millis[i] = agent.startMillis();
      }
    }
    double start = Samples.of(millis).median();
    figures.add(Figure.atMost("agent: start → first answer", start, "ms", 60, rounds));
  }

  private void processes(NativeAgent agent, AgentCalls calls) throws Exception {
    progress.note("agent: exec");
    Samples.take(WARM_UP, calls::exec);
    Samples.take(WARM_UP, AgentBench::bareExec);
    int count = EXECS - WARM_UP;
    var ours = new double[count];
    var bare = new double[count];
    for (int i = 0; i < count; i++) {
      ours[i] = Samples.once(calls::exec);
      bare[i] = Samples.once(AgentBench::bareExec);
    }
    figures.add(
        Figure.ratio(
            "agent: exec of sh -c 'echo hi', warm",
            Samples.of(ours).median(),
            "ms",
            "a bare posix_spawn of the same",
            Samples.of(bare).median(),
            1.8,
            count));
    figures.add(Figure.atMost("agent: RSS after 500 execs", agent.residentMib(), "MiB", 56, 1));
  }

  private static void bareExec() throws Exception {
    try (var pipe = Pipe.open()) {
      Child child =
          Spawn.command("sh", "-c", ECHO)
              .environment(Map.of("PATH", "/usr/bin:/bin"))
              .fd(1, pipe.sink().number())
              .start();
      pipe.sink().close();
      byte[] said = new FdInput(pipe.source()).readAllBytes();
      if (!child.exit().get(10, TimeUnit.SECONDS).ok() || said.length != 3)
        throw new IOException("the bare exec failed");
    }
  }

  private void calls(AgentCalls calls) throws Exception {
    progress.note("agent: calls");
    var stat = Json.object("path", folder.toString());
    Samples.take(5 * WARM_UP, calls::health);
    Samples.take(5 * WARM_UP, () -> calls.unary("filesystem.Filesystem/Stat", stat));
    double health = Samples.take(EXECS, calls::health).median();
    double entry =
        Samples.take(EXECS, () -> calls.unary("filesystem.Filesystem/Stat", stat)).median();
    figures.add(Figure.atMost("agent: /health", health, "ms", 0.15, EXECS));
    figures.add(Figure.atMost("agent: Stat", entry, "ms", 0.3, EXECS));
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i < ENTRIES; i++) Files.createFile(many.resolve("entry-" + i));
    var list = Json.object("path", many.toString(), "depth", 1);
    Samples.take(3, () -> calls.unary("filesystem.Filesystem/ListDir", list));
    double listing =
        Samples.take(rounds, () -> calls.unary("filesystem.Filesystem/ListDir", list)).median();
    figures.add(Figure.atMost("agent: ListDir of 10,000, JSON", listing, "ms", 150, rounds));
    String[] flood = {"head", "-c", Integer.toString(SIZE), "/dev/zero"};
    Samples.Work output = () -> require(calls.output(flood) / 4 * 3 >= SIZE, "output was lost");
    Samples.take(2, output);
    double bytes = Samples.take(rounds, output).median();
    figures.add(Figure.atMost("agent: 64 MiB of stdout, JSON", bytes, "ms", 350, rounds));
  }

  private void transfers(AgentCalls calls) throws Exception {
    progress.note("agent: transfers");
    var piece = new byte[SIZE];
    new java.util.Random(1).nextBytes(piece);
    Path file = folder.resolve("file");
    Path raw = folder.resolve("raw");
    var up = new double[2][rounds];
    var down = new double[2][rounds];
    for (int i = -1; i < rounds; i++) {
      Files.deleteIfExists(file);
      Files.deleteIfExists(raw);
      int at = Math.max(0, i); // the round before the first is overwritten
      up[0][at] =
          Samples.once(() -> calls.upload(file, new ByteArrayInputStream(piece), piece.length));
      up[1][at] = Samples.once(() -> RawTransfer.upload(raw, piece, piece.length));
      var buffer = new byte[64 * 1024];
      down[0][at] =
          Samples.once(
              () -> require(calls.download(file, buffer) == SIZE, "the file came back short"));
      down[1][at] = Samples.once(() -> RawTransfer.download(raw, SIZE));
    }
    figures.add(transfer("agent: upload of 64 MiB", up, 1.5));
    figures.add(transfer("agent: download of 64 MiB", down, 1.2));
  }

  private Figure transfer(String name, double[][] millis, double limit) {
    double ours = Samples.of(millis[0]).median();
    double raw = Samples.of(millis[1]).median();
    return Figure.ratio(name, ours, "ms", "raw TCP and the same file system", raw, limit, rounds);
  }

  /// All at once: each says a line, waits for the others, says another, and ends.
  private void streams(NativeAgent agent) throws Exception {
    progress.note("agent: 200 streams");
    Path gate = folder.resolve("gate");
    String script = "echo first; while [ ! -e " + gate + " ]; do sleep 0.2; done; echo last";
    List<Callable<Double>> starts = new ArrayList<>();
    var clients = new ArrayList<AgentCalls>();
    var opened = java.util.Collections.synchronizedList(new ArrayList<InputStream>());
    for (int i = 0; i < STREAMS; i++) {
      var client = new AgentCalls(agent.client());
      clients.add(client);
      starts.add(() -> Samples.once(() -> opened.add(client.open("sh", "-c", script))));
    }
    var millis = new double[STREAMS];
    int complete = 0;
    double resident;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var started = threads.invokeAll(starts);
      for (int i = 0; i < STREAMS; i++) millis[i] = started.get(i).get();
      resident = agent.residentMib();
      Files.createFile(gate);
      for (InputStream in : opened) if (AgentCalls.complete(in, base64("last\n"))) complete++;
    } finally {
      for (AgentCalls client : clients) client.close();
    }
    double start = Samples.of(millis).median();
    figures.add(Figure.atMost("agent: start event of 200 at once", start, "ms", 200, STREAMS));
    figures.add(
        new Figure(
            "agent: 200 processes streaming, complete",
            complete,
            "streams",
            null,
            0,
            1,
            "200",
            complete == STREAMS));
    figures.add(Figure.atMost("agent: RSS with 200 streams", resident, "MiB", 96, 1));
  }

  private static String base64(String text) {
    return java.util.Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void idle(NativeAgent agent) throws Exception {
    progress.note("agent: idle for " + IDLE_SECONDS + " s");
    double before = agent.cpuMillis();
    TimeUnit.SECONDS.sleep(IDLE_SECONDS); // the measurement itself
    double used = agent.cpuMillis() - before;
    figures.add(Figure.atMost("agent: processor time of an idle minute", used, "ms", 300, 1));
  }

  private static void require(boolean right, String wrong) throws IOException {
    if (!right) throw new IOException(wrong);
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
