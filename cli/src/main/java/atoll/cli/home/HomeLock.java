package atoll.cli.home;

import atoll.cli.report.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The right to run one home: a record lock on `run/lock`, fcntl(2), which the kernel drops when
/// the process ends.
///
/// The holder must not open that file a second time: closing any descriptor of it drops the lock.
public final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock at once or fails with `already_running`, naming who holds it and since when.
  public static HomeLock take(Home home) throws IOException {
    home.create();
    var channel =
        FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (tryLock(channel).isPresent()) return new HomeLock(channel);
    channel.close();
    throw CommandFailure.failed(
        "already_running",
        "Atoll already runs in " + home + holder(home),
        "stop it with `atoll down`, or choose another directory with --home");
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException heldByThisProcess) {
      return Optional.empty();
    }
  }

  private static String holder(Home home) throws IOException {
    return Instance.running(home)
        .map(i -> " (pid " + i.pid() + ", since " + i.startedAt() + ")")
        .orElse(" (it is still starting, or a demo)");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
