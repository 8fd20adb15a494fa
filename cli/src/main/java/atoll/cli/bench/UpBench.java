package atoll.cli.bench;

import atoll.cli.home.Home;
import atoll.cli.home.Instance;
import atoll.cli.home.Processes;
import atoll.cli.server.Detached;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `up` as its own process: how long until it answers, what it weighs when idle, how long a command
/// takes.
final class UpBench {
  /// Long enough for the start's garbage and the slot pool's work to be over.
  private static final int SETTLE_SECONDS = 15;

  private static final int STOP_SECONDS = 60;

  private UpBench() {}

  static List<Figure> run(Home home, int rounds) throws Exception {
    double start =
        Samples.once(() -> Detached.start(home, List.of("--port", "0", "--edge-port", "0")));
    var instance = Instance.running(home).orElseThrow();
    try {
      TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
      double idle = Processes.residentKib(instance.pid()).orElse(0L) / 1024.0;
      Samples list = Samples.take(rounds, () -> list(home));
      return List.of(
          Figure.atMost("`atoll up` idle, resident memory of its JVM", idle, "MiB", 256, 1),
          Figure.atMost(
              "`atoll sandbox list` through the launcher", list.median(), "ms", 250, rounds),
          Figure.told("`atoll up --detach` until ready", start / 1000, "s", 1));
    } finally {
      stop(instance);
    }
  }

  private static void list(Home home) throws IOException, InterruptedException {
    run(System.getProperty("atoll.launcher"), "sandbox", "list", "--home", home.toString());
  }

  /// The whole demo on a home that has its template.
  static List<Figure> secondDemo(Home home) throws Exception {
    double millis =
        Samples.once(
            () -> run(System.getProperty("atoll.launcher"), "demo", "--home", home.toString()));
    return List.of(Figure.atMost("second `atoll demo`", millis / 1000, "s", 15, 1));
  }

  private static void run(String... words) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroy();
      throw new IOException(String.join(" ", words) + " failed");
    }
  }

  private static void stop(Instance instance) throws Exception {
    var process = ProcessHandle.of(instance.pid()).orElseThrow();
    var ended = process.onExit();
    process.destroy();
    ended.get(STOP_SECONDS, TimeUnit.SECONDS);
  }
}
