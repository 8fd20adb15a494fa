package atoll.vmm.qemu;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Mount;
import atoll.vmm.RawDisks.RawDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// One overlay that a [StorageDaemon] shows.
///
/// | state  | what the daemon holds          |
/// |--------|--------------------------------|
/// | NEW    | nothing                        |
/// | OPENED | the overlay                    |
/// | SHOWN  | the overlay and the mount      |
/// | CLOSED | nothing: given up, or lost     |
final class DiskExport implements RawDisk {
  private static final Duration REMOVAL = Duration.ofSeconds(10);

  private enum State {
    NEW,
    OPENED,
    SHOWN,
    CLOSED
  }

  private final StorageDaemon daemon;
  private final String name;
  private final Path mountPoint;
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  private final CompletableFuture<Void> deleted = new CompletableFuture<>();
  private State state = State.NEW; // LOCK: this

  DiskExport(StorageDaemon daemon, String name, Path mountPoint) {
    this.daemon = daemon;
    this.name = name;
    this.mountPoint = mountPoint;
  }

  synchronized void opened() {
    state = State.OPENED;
  }

  synchronized void shown() {
    state = State.SHOWN;
  }

  /// The daemon has let go of the mount.
  void deleted() {
    deleted.complete(null);
  }

  @Override
  public CompletableFuture<String> lost() {
    return lost.copy();
  }

  /// The daemon is gone. Whoever has the file open gets errors from now on.
  void lose(String cause) {
    synchronized (this) {
      if (state == State.CLOSED) return;
      unmount();
      state = State.CLOSED;
    }
    deleted.complete(null);
    lost.complete(cause);
  }

  @Override
  public void close() throws IOException {
    State was;
    synchronized (this) {
      was = state;
      state = State.CLOSED;
    }
    if (was == State.CLOSED) return;
    var deadline = Deadline.after(REMOVAL);
    try {
      if (was == State.SHOWN) remove(deadline);
      if (was != State.NEW) daemon.call("blockdev-del", Json.object("node-name", name), deadline);
    } catch (IOException e) {
      unmount();
      if (daemon.alive()) throw e;
    } finally {
      daemon.forget(name);
    }
  }

  private void remove(Deadline deadline) throws IOException {
    daemon.call("block-export-del", Json.object("id", name, "mode", "hard"), deadline);
    Waiting.await(deleted, "let go of " + mountPoint, deadline);
  }

  /// A dead mount would keep its place for ever.
  private void unmount() {
    try {
      Mount.detach(mountPoint);
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL && e.errno() != Errno.ENOENT)
        System.getLogger(DiskExport.class.getName())
            .log(System.Logger.Level.WARNING, "unmounting " + mountPoint, e);
    }
  }
}
