package atoll.vmm.firecracker;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.Fifo;
import atoll.vmm.console.ConsoleLog;
import atoll.vmm.console.GuestEnd;
import atoll.vmm.console.TextTail;
import atoll.vmm.io.PipeReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Everything that one Firecracker process says on its own: its guest's console, its log, its
/// metrics.
///
/// Named pipes in the monitor's folder, which it opens without ever waiting: when nobody reads,
/// what it says is lost, and neither it nor its guest stands still. Whoever takes the monitor over
/// later finds the pipes there.
///
/// - **Owner** the VM. After [#drained()] the console and the last words can still be read.
/// - **Threads** safe anywhere.
final class MonitorPipes {
  private static final List<String> NAMES = List.of(Room.CONSOLE, Room.LOG, Room.METRICS);

  private final PipeReader reader;
  private final ConsoleLog log;
  private final GuestEnd end;
  private final TextTail words = new TextTail();
  private final TextTail metrics = new TextTail();
  private final List<Fd> pipes;

  private MonitorPipes(PipeReader reader, ConsoleLog log, GuestEnd end, List<Fd> pipes) {
    this.reader = reader;
    this.log = log;
    this.end = end;
    this.pipes = pipes;
    reader.add(pipes.get(0), this::console);
    reader.add(pipes.get(1), words::append);
    reader.add(pipes.get(2), metrics::append);
  }

  /// Makes the pipes; those that the monitor opens by name belong to its user.
  static MonitorPipes open(PipeReader reader, Path folder, Path consoleFile, int uid, GuestEnd end)
      throws IOException {
    var made = new java.util.ArrayList<Fd>();
    var log = new ConsoleLog(consoleFile);
    try {
      for (String name : NAMES) {
        Path pipe = folder.resolve(name);
        Files.deleteIfExists(pipe);
        made.add(Fifo.create(pipe));
        Files.setAttribute(pipe, "unix:uid", uid, java.nio.file.LinkOption.NOFOLLOW_LINKS);
      }
      return new MonitorPipes(reader, log, end, List.copyOf(made));
    } catch (IOException | RuntimeException e) {
      made.forEach(Fd::close);
      log.close();
      throw e;
    }
  }

  /// Reads the pipes of a monitor that runs already; the console's log goes on.
  static MonitorPipes reopen(PipeReader reader, Path folder, Path consoleFile, GuestEnd end)
      throws IOException {
    var opened = new java.util.ArrayList<Fd>();
    var log = ConsoleLog.resume(consoleFile);
    try {
      for (String name : NAMES)
        // Never through a link, never waiting: the folder is the monitor's own.
        opened.add(
            FdIo.open(folder.resolve(name), FdIo.O_RDWR | FdIo.O_NONBLOCK | FdIo.O_NOFOLLOW));
      return new MonitorPipes(reader, log, end, List.copyOf(opened));
    } catch (IOException | RuntimeException e) {
      opened.forEach(Fd::close);
      log.close();
      throw e;
    }
  }

  private void console(ByteBuffer bytes) {
    end.read(log.append(bytes));
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
    return log.last(lines);
  }

  /// The last words of log and standard error, at most ten lines, joined.
  String lastWords() {
    return String.join(" | ", words.last(10));
  }

  /// To be called when the process has ended, will not be, or is another's from now on: completes,
  /// within a second, when all that it said was read and the pipes are closed.
  CompletableFuture<Void> drained() {
    return CompletableFuture.allOf(
            pipes.stream().map(reader::finish).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, 1, TimeUnit.SECONDS)
        .thenRun(log::close);
  }
}
