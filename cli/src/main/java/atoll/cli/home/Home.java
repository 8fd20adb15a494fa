package atoll.cli.home;

import java.nio.file.Path;

/// All state of one installation, in one directory. Safe to delete when nothing runs in it.
///
/// Every path below it that the command line uses is named here.
///
/// @param root absolute
public record Home(Path root) {
  public static Home at(Path root) {
    return new Home(root.toAbsolutePath().normalize());
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
