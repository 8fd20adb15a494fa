package atoll.cli.bench.vmm;

import atoll.core.Deadline;
import java.io.IOException;

/// One monitor that is being measured: driven by us, or by hand.
public interface Machine extends AutoCloseable {
  /// From nothing to a process; the clock runs from here.
  void spawn() throws IOException;

  /// From a process to a guest that runs.
  void run(Deadline deadline) throws IOException;

  long pid();

  void pause(Deadline deadline) throws IOException;

  void resume(Deadline deadline) throws IOException;

  @Override
  void close() throws IOException;

  /// Milliseconds, and MiB of memory that no other guest shares.
  record Course(double running, double agent, double pause, double memory) {}
}
