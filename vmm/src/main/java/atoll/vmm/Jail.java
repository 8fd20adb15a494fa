package atoll.vmm;

import atoll.linux.kernel.Fd;
import java.nio.file.Path;

/// Where one monitor process lives. Everything here belongs to the caller and outlives the process.
///
/// @param directory exists, is owned by `uid`, and holds the control socket and the console
/// @param netns a descriptor of the network namespace that the process is spawned in
/// @param tap the open tap that the process inherits: it needs no right to open one by name. Opened
///   afresh for every monitor; a driver whose monitors open it by name closes it
/// @param uid the unprivileged user and group the process runs as; never 0
/// @param sharedGid a supplementary group that may read templates
/// @param place moves the fresh process into its cgroup before its guest runs
public record Jail(Path directory, Fd netns, Fd tap, int uid, int sharedGid, Placement place) {
  /// Puts a process under its limits.
  @FunctionalInterface
  public interface Placement {
    void place(long pid) throws java.io.IOException;
  }

  public Path controlSocket() {
    return directory.resolve("qmp.sock");
  }

  /// Where a monitor listens that makes its socket itself: Firecracker's API.
  public Path apiSocket() {
    return directory.resolve("api.sock");
  }

  public Path console() {
    return directory.resolve("console.log");
  }

  /// Where the monitor connects its guest's serial port.
  public Path consoleSocket() {
    return directory.resolve("console.sock");
  }

  /// Where the monitor connects to hand over a device state.
  public Path stateSocket() {
    return directory.resolve("state.sock");
  }
}
