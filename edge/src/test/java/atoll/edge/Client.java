package atoll.edge;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client that says exactly what it is told to. Every read ends after ten seconds at the latest.
final class Client implements AutoCloseable {
  final Socket socket = new Socket();
  final InputStream in;
  final OutputStream out;

  Client(InetSocketAddress edge) throws IOException {
    socket.connect(edge, 5_000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    out = socket.getOutputStream();
  }

  Client send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return this;
  }

  /// A request for one port of one sandbox, by header.
  static String request(String line, String id, int port, String more) {
    return line
        + "\r\nHost: localhost\r\nE2b-Sandbox-Id: "
        + id
        + "\r\nE2b-Sandbox-Port: "
        + port
        + "\r\n"
        + more
        + "\r\n";
  }

  static String get(String path, String id, int port) {
    return request("GET " + path + " HTTP/1.1", id, port, "");
  }

  /// One head with its blank line; what was read so far if the connection ends in it.
  String head() throws IOException {
    var head = new StringBuilder();
    while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
      int b = in.read();
      if (b < 0) break;
      head.append((char) b);
    }
    return head.toString();
  }

  /// One reply framed by Content-Length: head and body.
  String reply() throws IOException {
    String head = head();
    int at = head.indexOf("Content-Length: ");
    if (at < 0) return head;
    int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
    return head + text(length);
  }

  String text(int length) throws IOException {
    return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  /// Everything up to the end of the connection.
  String rest() throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
