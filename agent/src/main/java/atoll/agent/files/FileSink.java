package atoll.agent.files;

import atoll.agent.guest.DiskFull;
import atoll.agent.guest.Metadata;
import atoll.agent.guest.Ownership;
import atoll.agent.guest.User;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/// Writes one uploaded file: parents made, owner set, content streamed, metadata replaced.
///
/// A failure in the middle leaves what had arrived. An existing file keeps its inode and mode.
final class FileSink {
  private static final int BUFFER = 64 * 1024;

  private final User user;
  private final Map<String, String> metadata;

  FileSink(User user, Map<String, String> metadata) {
    this.user = user;
    this.metadata = metadata;
  }

  void write(String path, InputStream body) throws UploadException {
    Path target = target(path);
    makeParents(path, target);
    if (Pipes.is(target)) throw new UploadException(400, "path is a pipe: " + path);
    boolean existed = Files.exists(target);
    if (existed) own(target, path);
    try (FileOutputStream out = open(target, path)) {
      if (!existed) own(target, path);
      copy(body, out, path);
    } catch (IOException e) {
      throw failed("error closing file " + path, e);
    }
    try {
      Metadata.replace(path, metadata);
    } catch (IOException e) {
      throw failed("error writing metadata of " + path, e);
    }
  }

  private static Path target(String path) throws UploadException {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw new UploadException(500, "error ensuring directories: " + e.getMessage());
    }
  }

  private void makeParents(String path, Path target) throws UploadException {
    try {
      // A trailing slash names a directory, which is made and then found to be one.
      Path directory = path.endsWith("/") ? target : target.getParent();
      if (directory != null) Ownership.directories(directory, user);
    } catch (IOException e) {
      throw new UploadException(500, "error ensuring directories: " + e.getMessage());
    }
    if (Files.isDirectory(target)) throw new UploadException(400, "path is a directory: " + path);
  }

  private void own(Path target, String path) throws UploadException {
    try {
      Ownership.give(target, user);
    } catch (IOException e) {
      throw failed("error changing file ownership of " + path, e);
    }
  }

  private static FileOutputStream open(Path target, String path) throws UploadException {
    try {
      return new FileOutputStream(target.toFile());
    } catch (IOException e) {
      throw failed("error opening file " + path, e);
    }
  }

  /// What the client did wrong is not a full disk, and a full disk is not the client's fault: read
  /// and write apart.
  private static void copy(InputStream body, FileOutputStream out, String path)
      throws UploadException {
    byte[] buffer = new byte[BUFFER];
    while (true) {
      int count;
      try {
        count = body.read(buffer);
      } catch (IOException e) {
        throw new UploadException(
            500, "error reading the upload of " + path + ": " + e.getMessage());
      }
      if (count < 0) return;
      try {
        out.write(buffer, 0, count);
      } catch (IOException e) {
        throw failed("error writing file " + path, e);
      }
    }
  }

  private static UploadException failed(String what, IOException e) {
    if (DiskFull.is(e)) return new UploadException(507, "not enough disk space available: " + what);
    return new UploadException(500, what + ": " + e.getMessage());
  }
}
