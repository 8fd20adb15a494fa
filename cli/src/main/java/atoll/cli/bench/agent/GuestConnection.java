package atoll.cli.bench.agent;

import atoll.core.Deadline;
import atoll.linux.net.FdSocket;
import atoll.protocol.http.Connection;
import java.io.InputStream;
import java.io.OutputStream;

/// A socket made in a sandbox's namespace, as HTTP wants it.
public record GuestConnection(FdSocket socket) implements Connection {
  @Override
  public InputStream input() {
    return socket.input();
  }

  @Override
  public OutputStream output() {
    return socket.output();
  }

  @Override
  public void deadline(Deadline until) {
    socket.deadline(until);
  }

  @Override
  public void close() {
    socket.close();
  }
}
