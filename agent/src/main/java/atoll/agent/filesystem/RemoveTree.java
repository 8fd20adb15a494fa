package atoll.agent.filesystem;

import atoll.agent.guest.PathKinds;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// Deletes a file or a whole tree; links are deleted, not followed. What vanishes meanwhile, or was
/// never there, is fine.
final class RemoveTree extends SimpleFileVisitor<Path> {
  static void of(Path root) throws IOException {
    try {
      Files.readAttributes(root, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      if (PathKinds.isBelowFile(root))
        throw new java.nio.file.FileSystemException(root.toString(), null, "not a directory");
      return;
    }
    Files.walkFileTree(root, new RemoveTree());
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    Files.deleteIfExists(file);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
    throw e;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
    if (e != null) throw e;
    Files.deleteIfExists(directory);
    return FileVisitResult.CONTINUE;
  }
}
