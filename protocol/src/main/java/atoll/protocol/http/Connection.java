package atoll.protocol.http;

import atoll.core.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// A connected byte stream both ways: TCP, a unix socket, or a descriptor made in another
/// namespace.
///
/// - **Owner** whoever connected it; closing it wakes a thread that waits in it.
/// - **Threads** one reader and one writer at a time.
/// - **Fails** a read or write that outlives the deadline throws [java.net.SocketTimeoutException].
public interface Connection extends AutoCloseable {
  InputStream input() throws IOException;

  OutputStream output() throws IOException;

  /// Bounds every wait from now on; the next call replaces it.
  void deadline(Deadline deadline) throws IOException;

  @Override
  void close() throws IOException;

  /// Over a connected socket. Only reads are bounded: the kernel's own buffer takes what a request
  /// writes.
  static Connection of(Socket socket) {
    return new SocketConnection(socket);
  }
}
