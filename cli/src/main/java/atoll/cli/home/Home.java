package atoll.cli.home;

import atoll.cli.report.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// All state of one installation, in one directory. Safe to delete when nothing runs in it.
///
/// Every path below it that the command line uses is named here.
///
/// @param root absolute
public record Home(Path root) {
  public static Home at(Path root) {
    return new Home(root.toAbsolutePath().normalize());
  }

  /// Makes the directories of a home that is new. Others on the host have no business in here:
  /// overlays, memory files and the credentials are below.
  public void create() {
    refuseWhatPostgresCannotRunFrom();
    try {
      createDirectories();
    } catch (IOException e) {
      throw CommandFailure.failed(
          "home_unusable",
          "the home " + root + " cannot be made: " + CommandFailure.of(e).getMessage(),
          "choose another directory with --home",
          e);
    }
  }

  /// Its programs find each other through a shell, in double quotes.
  private void refuseWhatPostgresCannotRunFrom() {
    if (root.toString().matches("[^\"$`\\\\\\p{Cntrl}]*")) return;
    throw CommandFailure.failed(
        "home_unusable",
        "the home "
            + root
            + " holds a quote, dollar sign, backquote, backslash or control character,"
            + " with which PostgreSQL cannot run",
        "choose another directory with --home");
  }

  private void createDirectories() throws IOException {
    if (Files.notExists(root)) {
      if (root.getParent() != null) Files.createDirectories(root.getParent());
      // Monitors run unprivileged and must pass through to the files that are handed to them.
      Files.createDirectory(
          root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }
    Files.createDirectories(lock().getParent());
  }

  /// Held locked by the process that runs this home.
  public Path lock() {
    return root.resolve("run/lock");
  }

  /// Where that process listens; absent when nothing runs.
  public Path instance() {
    return root.resolve("run/atoll.json");
  }

  /// The API key, for root alone.
  public Path credentials() {
    return root.resolve("credentials");
  }

  /// Holds the pid of a process that shall leave its sandboxes running when it is told to stop.
  public Path keepSandboxes() {
    return root.resolve("run/keep-sandboxes");
  }

  /// What a detached process writes.
  public Path log() {
    return root.resolve("run/atoll.log");
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
