package atoll.cli.demo;

import atoll.cli.client.ControlClient;
import atoll.cli.client.Credentials;
import atoll.cli.client.GuestClient;
import atoll.cli.report.Stages;
import atoll.core.Progress;
import atoll.core.json.Json;
import java.io.IOException;
import java.nio.file.Path;

/// One pass through a running Atoll as a client sees it: create, upload, compute, download.
public final class Demo {
  private static final int LIFE_SECONDS = 600;

  private final Credentials credentials;
  private final ControlClient control;
  private final Progress progress;

  public Demo(Credentials credentials, Progress progress) {
    this.credentials = credentials;
    this.control = new ControlClient(credentials.instance().apiUrl(), credentials.apiKey());
    this.progress = progress;
  }

  /// What came of it.
  ///
  /// @param output what the program printed in the guest
  /// @param result the file that it wrote there
  /// @param stages of the sandbox's start, with the first program's run as the last
  /// @param createMs the whole create call, as a client waits for it
  public record Outcome(
      String sandboxId,
      String output,
      String result,
      Stages stages,
      double createMs,
      double computeMs) {}

  /// Leaves the sandbox running only if `keep` says so; a failure ends it too.
  public Outcome run(Path examples, boolean keep) throws IOException {
    long start = System.nanoTime();
    progress.step("sandbox", "creating it through the API", -1);
    var request =
        Json.object(
            "templateID",
            "base",
            "timeout",
            LIFE_SECONDS,
            "metadata",
            Json.object("purpose", "demo"));
    var sandbox = control.create(request);
    double createMs = millisSince(start);
    progress.done("sandbox", Math.round(createMs));
    String id = sandbox.text("sandboxID").orElseThrow();
    boolean done = false;
    try {
      var outcome =
          work(
              id,
              new WeatherJob(
                  new GuestClient(credentials.instance().sandboxUrl(), sandbox), examples),
              createMs);
      done = true;
      return outcome;
    } finally {
      if (!keep || !done) control.kill(id);
    }
  }

  private Outcome work(String id, WeatherJob job, double createMs) throws IOException {
    long start = System.nanoTime();
    job.run("/bin/sh", "-c", "echo hi");
    var stages = Stages.of(control.timeline(id)).with("first_exec", millisSince(start));
    timed("upload", "readings.csv and summary.py, through the edge", job::upload);
    long computing = System.nanoTime();
    String output = timedText("python", "summary.py runs in the guest", job::compute);
    double computeMs = millisSince(computing);
    String result = timedText("download", "summary.txt", job::download);
    return new Outcome(id, output, result, stages, createMs, computeMs);
  }

  private interface Step<T> {
    T run() throws IOException;
  }

  private interface Action {
    void run() throws IOException;
  }

  private void timed(String name, String text, Action action) throws IOException {
    timedText(
        name,
        text,
        () -> {
          action.run();
          return "";
        });
  }

  private String timedText(String name, String text, Step<String> step) throws IOException {
    progress.step(name, text, -1);
    long start = System.nanoTime();
    String result = step.run();
    progress.done(name, Math.round(millisSince(start)));
    return result;
  }

  private static double millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e6;
  }
}
