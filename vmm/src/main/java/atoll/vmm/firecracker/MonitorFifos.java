package atoll.vmm.firecracker;

import atoll.linux.kernel.Chown;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.Fifo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The named pipes in a monitor's folder, which it opens without ever waiting: when nobody reads,
/// what it says is lost, and neither it nor its guest stands still. Whoever takes the monitor over
/// later finds the pipes there.
///
/// @param console what becomes the monitor's standard output: Firecracker's guests print there
/// @param words its log, and what becomes its standard error
///
///   - **Owner** whoever made them, until [MonitorPipes] reads them.
record MonitorFifos(Fd console, Fd words, Fd metrics) implements AutoCloseable {
  private static final int SAME_GROUP = -1;

  @FunctionalInterface
  private interface Opener {
    Fd open(Path pipe) throws IOException;
  }

  /// Makes the pipes; they belong to the monitor's user, who opens some by name.
  static MonitorFifos make(Path folder, int uid) throws IOException {
    return all(folder, pipe -> fresh(pipe, uid));
  }

  /// Those of a monitor that runs already. Never through a link, never waiting: the folder is the
  /// monitor's own.
  static MonitorFifos reopen(Path folder) throws IOException {
    return all(folder, pipe -> FdIo.open(pipe, FdIo.O_RDWR | FdIo.O_NONBLOCK | FdIo.O_NOFOLLOW));
  }

  private static Fd fresh(Path pipe, int uid) throws IOException {
    Files.deleteIfExists(pipe);
    Fd made = Fifo.create(pipe);
    try {
      Chown.giveLink(pipe, uid, SAME_GROUP);
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  private static MonitorFifos all(Path folder, Opener opener) throws IOException {
    var open = new ArrayList<Fd>();
    try {
      for (String name : List.of(Room.CONSOLE, Room.LOG, Room.METRICS))
        open.add(opener.open(folder.resolve(name)));
      return new MonitorFifos(open.get(0), open.get(1), open.get(2));
    } catch (IOException | RuntimeException e) {
      open.forEach(Fd::close);
      throw e;
    }
  }

  @Override
  public void close() {
    console.close();
    words.close();
    metrics.close();
  }
}
