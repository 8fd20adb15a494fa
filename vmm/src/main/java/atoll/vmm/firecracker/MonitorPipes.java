package atoll.vmm.firecracker;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.Fifo;
import atoll.vmm.console.ConsoleLog;
import atoll.vmm.console.GuestEnd;
import atoll.vmm.io.PipeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Everything that one Firecracker process says on its own: its guest's console, its log, its
/// metrics.
///
/// Named pipes in the monitor's folder, which it opens without ever waiting: when nobody reads,
/// what it says is lost, and neither it nor its guest stands still. Whoever takes the monitor over
/// later finds the pipes there. What was read is kept in files, at most a mebibyte each.
///
/// - **Owner** the VM. After [#drained()] the console and the last words can still be read.
/// - **Threads** safe anywhere.
final class MonitorPipes {
  private static final List<String> NAMES = List.of(Room.CONSOLE, Room.LOG, Room.METRICS);

  /// Where what came through the last two is kept, beside the console, for whoever looks later.
  private static final String KEPT_LOG = "monitor.log";

  private static final String KEPT_METRICS = "metrics.log";

  private final PipeReader reader;
  private final Logs logs;
  private final GuestEnd end;
  private final List<Fd> pipes;

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

  private MonitorPipes(PipeReader reader, Logs logs, GuestEnd end, List<Fd> pipes) {
    this.reader = reader;
    this.logs = logs;
    this.end = end;
    this.pipes = pipes;
    reader.add(pipes.get(0), this::console);
    reader.add(pipes.get(1), logs.words::append);
    reader.add(pipes.get(2), logs.metrics::append);
  }

  /// Makes the pipes; those that the monitor opens by name belong to its user.
  static MonitorPipes open(PipeReader reader, Path folder, Path consoleFile, int uid, GuestEnd end)
      throws IOException {
    var made = new ArrayList<Fd>();
    var logs = Logs.open(consoleFile, ConsoleLog::new);
    try {
      for (String name : NAMES) {
        Path pipe = folder.resolve(name);
        Files.deleteIfExists(pipe);
        made.add(Fifo.create(pipe));
        Files.setAttribute(pipe, "unix:uid", uid, java.nio.file.LinkOption.NOFOLLOW_LINKS);
      }
      return new MonitorPipes(reader, logs, end, List.copyOf(made));
    } catch (IOException | RuntimeException e) {
      made.forEach(Fd::close);
      logs.close();
      throw e;
    }
  }

  /// Reads the pipes of a monitor that runs already; the console's log goes on.
  static MonitorPipes reopen(PipeReader reader, Path folder, Path consoleFile, GuestEnd end)
      throws IOException {
    var opened = new ArrayList<Fd>();
    var logs = Logs.open(consoleFile, ConsoleLog::resume);
    try {
      for (String name : NAMES)
        // Never through a link, never waiting: the folder is the monitor's own.
        opened.add(
            FdIo.open(folder.resolve(name), FdIo.O_RDWR | FdIo.O_NONBLOCK | FdIo.O_NOFOLLOW));
      return new MonitorPipes(reader, logs, end, List.copyOf(opened));
    } catch (IOException | RuntimeException e) {
      opened.forEach(Fd::close);
      logs.close();
      throw e;
    }
  }

  private void console(ByteBuffer bytes) {
    end.read(logs.console.append(bytes));
  }

  /// What becomes the monitor's standard output: Firecracker's guests print there.
  Fd console() {
    return pipes.get(0);
  }

  /// What becomes its standard error.
  Fd words() {
    return pipes.get(1);
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
            pipes.stream().map(reader::finish).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, 1, TimeUnit.SECONDS)
        .thenRun(logs::close);
  }
}
