package atoll.template.image;

import atoll.core.Refusal;
import java.io.IOException;
import java.nio.file.Path;

/// What a full disk under a folder, or another failed write there, looks like to the caller.
public final class Folders {
  private Folders() {}

  /// The refusal that a failed write under `folder` deserves.
  public static Refusal refusal(String what, Path folder, IOException cause) {
    if (String.valueOf(cause.getMessage()).contains("No space left on device"))
      return noSpace(folder, cause);
    return new Refusal.Failed(
        "build_failed",
        "cannot " + what + " in " + folder + ": " + cause.getMessage(),
        null,
        null,
        cause);
  }

  static Refusal.NoSpace noSpace(Path folder, Throwable cause) {
    return new Refusal.NoSpace(
        "disk_full",
        "the disk is full: " + folder + " could not be written",
        "free space on that file system, then build again",
        cause);
  }
}
