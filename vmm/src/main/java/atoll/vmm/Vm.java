package atoll.vmm;

import atoll.core.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One monitor process and its guest.
///
/// - **Owner** whoever started it; [#stop] kills and reaps, may be repeated, and leaves the jail's
///   directory to its owner.
/// - **Threads** control calls are serialised inside; [#alive] and [#exit] are safe anywhere at any
///   time.
/// - **Fails** with [VmmException] which carries the monitor's own words; a control socket that
///   hangs ends at the deadline.
public interface Vm {
  long pid();

  boolean alive();

  /// Completes when the process has ended and is reaped.
  CompletableFuture<VmExit> exit();

  /// Brings a monitor that opens its devices by itself to where it holds its tap; one that inherits
  /// them has nothing to do. May be repeated; [#run] does it where nobody else has. Called once the
  /// monitor's namespace is proven.
  default void attach(Deadline deadline) throws IOException {}

  /// Loads the snapshot or boots, then lets the virtual CPUs run. Returns when the monitor says
  /// that they do.
  void run(Deadline deadline) throws IOException;

  void pause(Deadline deadline) throws IOException;

  void resume(Deadline deadline) throws IOException;

  /// Saves the device state of a paused guest; its memory is in the memory file that it was booted
  /// with.
  void saveDeviceState(Path file, Deadline deadline) throws IOException;

  /// The console's last lines, oldest first; what a guest printed is bounded and made printable.
  List<String> consoleTail(int lines);

  void stop(Deadline deadline);

  /// Gives up every hold on the monitor, which runs on: [Vmm#adopt] takes it over again. Control
  /// calls fail from now on. May be repeated.
  void letGo();
}
