package atoll.node.host;

import atoll.core.Deadline;
import atoll.linux.net.FdSocket;
import atoll.protocol.http.Connection;
import java.io.InputStream;
import java.io.OutputStream;

/// A socket made in another namespace, as HTTP wants it.
record FdConnection(FdSocket socket) implements Connection {
  @Override
  public InputStream input() {
    return socket.input();
  }

  @Override
  public OutputStream output() {
    return socket.output();
  }

  @Override
  public void deadline(Deadline deadline) {
    socket.deadline(deadline);
  }

  @Override
  public void close() {
    socket.close();
  }
}
