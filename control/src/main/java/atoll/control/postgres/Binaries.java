package atoll.control.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import org.tukaani.xz.XZInputStream;

/// The PostgreSQL programs, unpacked once from the archive on the class path into the cache of a
/// home.
///
/// Unpacked beside the target and renamed, so that a half unpacked folder is never used. Nothing in
/// it is written later.
record Binaries(Path folder) {
  static final String VERSION = "18.6.0";
  private static final Duration UNPACKING = Duration.ofMinutes(2);

  /// Blocks for about two seconds the first time.
  static Binaries in(Path home) throws IOException {
    Path cache = home.toAbsolutePath().normalize().resolve("cache");
    Path target = cache.resolve("postgres-" + VERSION);
    if (!Files.isExecutable(target.resolve("bin/postgres"))) unpack(cache, target);
    return new Binaries(target);
  }

  String program(String name) {
    return folder.resolve("bin").resolve(name).toString();
  }

  private static void unpack(Path cache, Path target) throws IOException {
    Files.createDirectories(cache);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path staging = Files.createTempDirectory(cache, "postgres-part-");
    try (InputStream archive = archive()) {
      Files.setPosixFilePermissions(staging, PosixFilePermissions.fromString("rwxr-xr-x"));
      Tool.run(
          List.of("tar", "-x", "--no-same-owner", "-C", staging.toString()), archive, UNPACKING);
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      LOG.log(System.Logger.Level.DEBUG, "another start unpacked {0} first", target);
    } finally {
      delete(staging);
    }
  }

  private static InputStream archive() throws IOException {
    String name = archiveName(System.getProperty("os.arch"));
    InputStream packed = Binaries.class.getClassLoader().getResourceAsStream(name);
    if (packed != null) return new XZInputStream(packed);
    throw new PostgresException(
        "the embedded database is not in this build: " + name + " is missing from the class path",
        "name a PostgreSQL of your own by its JDBC URL",
        null);
  }

  static String archiveName(String arch) {
    return arch.equals("aarch64") ? "postgres-linux-arm_64.txz" : "postgres-linux-x86_64.txz";
  }

  /// Deletes a folder and what is in it; quiet if there is none. Follows no links.
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) return;
    try (var inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList())
        Files.deleteIfExists(path);
    }
  }

  private static final System.Logger LOG = System.getLogger(Binaries.class.getName());
}
