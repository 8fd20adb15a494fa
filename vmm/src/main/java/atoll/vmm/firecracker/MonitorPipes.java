package atoll.vmm.firecracker;

import atoll.vmm.console.ConsoleLog;
import atoll.vmm.console.GuestEnd;
import atoll.vmm.io.PipeReader;
import atoll.vmm.io.PipeReader.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Everything that one Firecracker process says on its own: its guest's console, its log, its
/// metrics. What was read is kept in files, at most a mebibyte each.
///
/// - **Owner** the VM. After [#drained()] the console and the last words can still be read.
/// - **Threads** safe anywhere.
final class MonitorPipes {
  /// Where what came through the last two is kept, beside the console, for whoever looks later.
  private static final String KEPT_LOG = "monitor.log";

  private static final String KEPT_METRICS = "metrics.log";

  private final PipeReader reader;
  private final Logs logs;
  private final GuestEnd end;
  private final MonitorFifos fifos;

  /// What is kept on disk; each bounded.
  private record Logs(ConsoleLog console, ConsoleLog words, ConsoleLog metrics) {
    @FunctionalInterface
    private interface Opener {
      ConsoleLog open(Path file) throws IOException;
    }

    static Logs open(Path console, Opener opener) throws IOException {
      var opened = new ArrayList<ConsoleLog>();
      try {
        for (Path file :
            List.of(
                console, console.resolveSibling(KEPT_LOG), console.resolveSibling(KEPT_METRICS)))
          opened.add(opener.open(file));
        return new Logs(opened.get(0), opened.get(1), opened.get(2));
      } catch (IOException | RuntimeException e) {
        opened.forEach(ConsoleLog::close);
        throw e;
      }
    }

    void close() {
      List.of(console, words, metrics).forEach(ConsoleLog::close);
    }
  }

  private MonitorPipes(PipeReader reader, Logs logs, GuestEnd end, MonitorFifos fifos) {
    this.reader = reader;
    this.logs = logs;
    this.end = end;
    this.fifos = fifos;
    reader.add(
        List.of(
            new Source(fifos.console(), this::console),
            new Source(fifos.words(), logs.words::append),
            new Source(fifos.metrics(), logs.metrics::append)));
  }

  /// Takes the pipes over and reads them from now on; they are the caller's if this fails.
  static MonitorPipes read(PipeReader reader, MonitorFifos fifos, Path consoleFile, GuestEnd end)
      throws IOException {
    return new MonitorPipes(reader, Logs.open(consoleFile, ConsoleLog::new), end, fifos);
  }

  /// As [#read], of a monitor that runs already: the logs go on.
  static MonitorPipes readOn(PipeReader reader, MonitorFifos fifos, Path consoleFile, GuestEnd end)
      throws IOException {
    return new MonitorPipes(reader, Logs.open(consoleFile, ConsoleLog::resume), end, fifos);
  }

  private void console(ByteBuffer bytes) {
    end.read(logs.console.append(bytes));
  }

  List<String> consoleTail(int lines) {
    return logs.console.last(lines);
  }

  /// The last words of log and standard error, at most ten lines, joined.
  String lastWords() {
    return String.join(" | ", logs.words.last(10));
  }

  /// To be called when the process has ended, will not be, or is another's from now on: completes,
  /// within a second, when all that it said was read and the pipes are closed.
  CompletableFuture<Void> drained() {
    return CompletableFuture.allOf(
            Stream.of(fifos.console(), fifos.words(), fifos.metrics())
                .map(reader::finish)
                .toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, 1, TimeUnit.SECONDS)
        .thenRun(logs::close);
  }
}
