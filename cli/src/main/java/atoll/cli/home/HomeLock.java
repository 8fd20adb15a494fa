package atoll.cli.home;

import atoll.cli.report.CommandFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The right to run one home: a record lock on `run/lock`, fcntl(2), which the kernel drops when
/// the process ends. The file names its holder, who may be starting still and have no [Instance].
///
/// The holder must not open that file a second time: closing any descriptor of it drops the lock.
public final class HomeLock implements AutoCloseable {
  private static final int LONGEST = 64;

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /// @param startTicks as in [Instance]
  public record Holder(long pid, long startTicks) {
    public boolean alive() {
      return Processes.alive(pid, startTicks);
    }
  }

  /// Takes the lock at once or fails with `already_running`, naming who holds it and since when.
  public static HomeLock take(Home home) throws IOException {
    home.create();
    var channel =
        FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel).isPresent()) {
      sign(channel);
      return new HomeLock(channel);
    }
    channel.close();
    throw CommandFailure.failed(
        "already_running",
        "Atoll already runs in " + home + inWords(home),
        "stop it with `atoll down`, or choose another directory with --home");
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException heldByThisProcess) {
      return Optional.empty();
    }
  }

  private static void sign(FileChannel channel) throws IOException {
    long pid = ProcessHandle.current().pid();
    String words = pid + " " + Processes.startTicks(pid).orElseThrow() + "\n";
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(words.getBytes(StandardCharsets.US_ASCII)));
  }

  /// The living process that holds the lock of a home. Not for the holder itself.
  public static Optional<Holder> holder(Home home) throws IOException {
    try {
      if (Files.size(home.lock()) > LONGEST) return Optional.empty();
      String[] words = Files.readString(home.lock()).strip().split(" ");
      if (words.length != 2) return Optional.empty();
      return Optional.of(new Holder(Long.parseLong(words[0]), Long.parseLong(words[1])))
          .filter(Holder::alive);
    } catch (NoSuchFileException | NumberFormatException nobody) {
      return Optional.empty();
    }
  }

  private static String inWords(Home home) throws IOException {
    var ready = Instance.running(home);
    if (ready.isPresent())
      return " (pid " + ready.get().pid() + ", since " + ready.get().startedAt() + ")";
    return holder(home)
        .map(h -> " (pid " + h.pid() + ": it is still starting, or a demo)")
        .orElse(" (it is still starting, or a demo)");
  }

  @Override
  public void close() throws IOException {
    channel.truncate(0);
    channel.close();
  }
}
