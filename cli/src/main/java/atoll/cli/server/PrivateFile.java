package atoll.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// A file with a secret, readable by its owner alone from its first byte on.
final class PrivateFile {
  private PrivateFile() {}

  static void write(Path file, String line) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path part =
        Files.createTempFile(
            file.toAbsolutePath().getParent(), file.getFileName().toString(), ".part", mode);
    Files.writeString(part, line + "\n");
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
