package atoll.agent.relay;

import java.io.IOException;

/// Tells when some socket of this machine may have begun or ended to listen.
interface ListenEvents extends AutoCloseable {
  /// Returns after such a moment; at once if one passed since the last call.
  void await() throws IOException, InterruptedException;

  /// Ends a wait.
  @Override
  void close();
}
