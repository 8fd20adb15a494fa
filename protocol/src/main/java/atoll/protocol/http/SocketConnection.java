package atoll.protocol.http;

import atoll.core.Connection;
import atoll.core.Deadline;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/// A [Connection] over a connected socket of java.net. Only reads are bounded: the kernel's own
/// buffer takes what a request writes.
public final class SocketConnection implements Connection {
  private final Socket socket;
  private volatile Deadline deadline;

  public SocketConnection(Socket socket) {
    this.socket = socket;
  }

  @Override
  public InputStream input() throws IOException {
    return new FilterInputStream(socket.getInputStream()) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        arm();
        return in.read(into, offset, length);
      }

      @Override
      public int read() throws IOException {
        arm();
        return in.read();
      }
    };
  }

  private void arm() throws IOException {
    Deadline until = deadline;
    if (until == null) return;
    if (until.expired()) throw new SocketTimeoutException("the deadline has passed");
    socket.setSoTimeout(until.leftMillis());
  }

  @Override
  public OutputStream output() throws IOException {
    return socket.getOutputStream();
  }

  @Override
  public void deadline(Deadline until) {
    deadline = until;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
