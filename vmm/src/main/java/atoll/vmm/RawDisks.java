package atoll.vmm;

import atoll.core.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/// Makes qcow2 overlays appear as raw files, for monitors that know no other format.
///
/// - **Threads** safe anywhere; calls block up to their deadline.
/// - **Fails** with [VmmException] and the reason `disk_export_failed`.
public interface RawDisks {
  /// Shows `overlay` as the raw file `mountPoint`, an existing empty file, which then belongs to
  /// `uid`.
  RawDisk export(Path overlay, Path mountPoint, int uid, Deadline deadline) throws IOException;

  /// Takes over what an earlier process showed at `mountPoint` and the host still shows.
  ///
  /// @throws VmmException with the reason `disk_lost` if nothing is shown there
  RawDisk adopt(Path mountPoint, Deadline deadline) throws IOException;

  /// One overlay that is shown. [#close()] writes everything back and makes the file empty again;
  /// it may be repeated.
  interface RawDisk extends AutoCloseable {
    /// Completes with the cause when the file has gone dead under its user, and never else.
    CompletableFuture<String> lost();

    @Override
    void close() throws IOException;
  }
}
