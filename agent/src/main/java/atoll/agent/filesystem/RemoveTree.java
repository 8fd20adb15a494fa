package atoll.agent.filesystem;

import atoll.agent.guest.PathKinds;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/// Deletes a file or a whole tree; links are deleted, not followed. What vanishes meanwhile, or was
/// never there, is fine.
///
/// Every step is taken from the open directory above it, never by a path from the root: whoever
/// swaps a directory for a link meanwhile loses the link, and nothing behind it.
final class RemoveTree {
  /// Each level holds a descriptor; nothing that people make is deeper.
  private static final int DEEPEST = 512;

  /// How often an entry may change its kind, or a directory get new entries, while it is deleted.
  private static final int PATIENCE = 16;

  private RemoveTree() {}

  static void of(Path path) throws IOException {
    Path root = path.toAbsolutePath();
    Path name = root.getFileName();
    if (name == null) throw new FileSystemException("/", null, "the root is not removed");
    if (name.toString().equals(".") || name.toString().equals(".."))
      throw new FileSystemException(path.toString(), null, "invalid argument");
    // The dot makes it a directory or an error: opening a pipe would wait for its other end.
    try (var parent = Files.newDirectoryStream(root.getParent().resolve("."))) {
      if (!(parent instanceof SecureDirectoryStream<Path> directory))
        throw new FileSystemException(path.toString(), null, "not supported here");
      remove(directory, name, 0);
    } catch (NotDirectoryException e) {
      throw new FileSystemException(path.toString(), null, "not a directory");
    } catch (NoSuchFileException e) {
      if (PathKinds.isBelowFile(root))
        throw new FileSystemException(path.toString(), null, "not a directory");
    }
  }

  private static void remove(SecureDirectoryStream<Path> in, Path name, int depth)
      throws IOException {
    if (depth > DEEPEST)
      throw new FileSystemException(
          name.toString(), null, "nested deeper than " + DEEPEST + " levels");
    for (int i = 0; i < PATIENCE; i++) {
      try {
        if (isDirectory(in, name)) {
          empty(in, name, depth);
          in.deleteDirectory(name);
        } else {
          in.deleteFile(name);
        }
        return;
      } catch (NoSuchFileException gone) {
        return;
      } catch (DirectoryNotEmptyException | NotDirectoryException changed) {
        System.getLogger(RemoveTree.class.getName())
            .log(System.Logger.Level.TRACE, "changed meanwhile", changed);
      }
    }
    throw new FileSystemException(name.toString(), null, "it changes while it is removed");
  }

  private static boolean isDirectory(SecureDirectoryStream<Path> in, Path name) throws IOException {
    return in.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes()
        .isDirectory();
  }

  private static void empty(SecureDirectoryStream<Path> in, Path name, int depth)
      throws IOException {
    try (SecureDirectoryStream<Path> directory =
        in.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
      for (Path entry : directory) remove(directory, entry.getFileName(), depth + 1);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }
}
