package atoll.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connected byte stream both ways: TCP, a unix socket, or a descriptor made in another
/// namespace.
///
/// - **Owner** whoever connected it; closing it wakes a thread that waits in it, or waits for that
///   thread until the deadline.
/// - **Threads** one reader and one writer at a time.
/// - **Fails** a read or write that outlives the deadline throws [java.net.SocketTimeoutException].
public interface Connection extends AutoCloseable {
  InputStream input() throws IOException;

  OutputStream output() throws IOException;

  /// Bounds every wait from now on; the next call replaces it.
  void deadline(Deadline deadline) throws IOException;

  @Override
  void close() throws IOException;
}
