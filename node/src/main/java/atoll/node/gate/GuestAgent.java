package atoll.node.gate;

import atoll.core.Deadline;
import java.io.IOException;

/// The agent of one guest, as the launch gate and a new sandbox need it. One attempt per call; the
/// caller repeats.
///
/// - **Threads** one caller at a time; [#close()] may come from any thread and ends a call that
///   waits.
public interface GuestAgent extends AutoCloseable {
  /// Returns when a TCP connection stood for a moment.
  void connect(Deadline deadline) throws IOException;

  /// Returns when `/health` answered 204.
  void health(Deadline deadline) throws IOException;

  /// Gives the guest its identity; returns the agent's version.
  String init(Identity identity, Deadline deadline) throws IOException;

  @Override
  void close();
}
