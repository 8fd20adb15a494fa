package atoll.doctor.evidence;

import atoll.core.Deadline;
import atoll.linux.net.FdSocket;
import atoll.protocol.http.Connection;
import java.io.InputStream;
import java.io.OutputStream;

/// A socket made in a slot's namespace, as HTTP wants it.
record SocketLine(FdSocket socket) implements Connection {
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
