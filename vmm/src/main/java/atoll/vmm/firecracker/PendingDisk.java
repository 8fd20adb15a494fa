package atoll.vmm.firecracker;

import atoll.vmm.RawDisks.RawDisk;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// A disk that is being shown while its monitor starts, which takes as long.
///
/// - **Owner** the start, then the VM. [#close()] waits for what was begun and takes it back.
/// - **Threads** safe anywhere. The showing has a deadline of its own, so no wait here is longer.
final class PendingDisk implements AutoCloseable {
  private final CompletableFuture<RawDisk> shown = new CompletableFuture<>();

  private PendingDisk() {}

  /// For a machine without a disk.
  static PendingDisk none() {
    return of(null);
  }

  /// One that is shown already.
  static PendingDisk of(RawDisk disk) {
    var pending = new PendingDisk();
    pending.shown.complete(disk);
    return pending;
  }

  /// Shows it on a thread of its own.
  static PendingDisk begin(Callable<RawDisk> showing) {
    var pending = new PendingDisk();
    Thread.ofVirtual().start(() -> pending.show(showing));
    return pending;
  }

  private void show(Callable<RawDisk> showing) {
    try {
      shown.complete(showing.call());
    } catch (Throwable e) { // whoever waits must hear of it
      shown.completeExceptionally(e);
    }
  }

  /// Returns when it is shown.
  ///
  /// @throws VmmException why it cannot be
  void await() throws IOException {
    try {
      shown.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException refused) throw refused;
      throw new VmmException("the disk cannot be shown: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VmmException("interrupted while the disk was shown", e);
    }
  }

  /// Completes with the cause when a shown disk has gone dead under its monitor, and never else.
  CompletableFuture<String> lost() {
    return shown.thenCompose(disk -> disk == null ? new CompletableFuture<>() : disk.lost());
  }

  @Override
  public void close() throws IOException {
    RawDisk disk = shown.exceptionally(_ -> null).join();
    if (disk != null) disk.close();
  }
}
