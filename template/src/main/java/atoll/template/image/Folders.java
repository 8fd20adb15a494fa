package atoll.template.image;

import atoll.core.Refusal;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// Whole folders: removed without following links, and what a full disk under one looks like to the
/// caller.
public final class Folders {
  private Folders() {}

  /// Removes `folder` and all below it; links are removed, never followed. Quiet if there is
  /// nothing.
  public static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) return;
    Files.walkFileTree(folder, new Remover());
  }

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

  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) throw failure;
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
