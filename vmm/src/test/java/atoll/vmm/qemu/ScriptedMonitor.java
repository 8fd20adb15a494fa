package atoll.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The other end of a control socket, which says exactly what a test tells it to.
final class ScriptedMonitor implements AutoCloseable {
  private final Path path;
  private final ServerSocketChannel server;
  private SocketChannel connection;
  private BufferedReader reader;

  ScriptedMonitor(Path path) throws IOException {
    this.path = path;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
  }

  Path path() {
    return path;
  }

  void accept() throws IOException {
    connection = server.accept();
    reader = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
  }

  void say(String text) throws IOException {
    connection.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  void hear(String command) throws IOException {
    assertThat(reader.readLine()).contains("\"" + command + "\"");
  }

  /// Hears what is left, and that nothing more comes.
  void awaitEnd() throws IOException {
    while (reader.readLine() != null) {
      // what was said before
    }
  }

  void hangUp() throws IOException {
    connection.close();
  }

  @Override
  public void close() throws IOException {
    if (connection != null) connection.close();
    server.close();
  }
}
