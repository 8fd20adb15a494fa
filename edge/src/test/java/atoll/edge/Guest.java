package atoll.edge;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A server as it could run in a guest, scripted byte by byte: each connection runs the script on a
/// thread of its own.
final class Guest implements AutoCloseable {
  /// What happens on one connection.
  interface Script {
    void run(Conversation conversation) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  final AtomicInteger connections = new AtomicInteger();
  final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
  final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

  Guest(String address, int port, Script script) throws IOException {
    server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new java.net.InetSocketAddress(InetAddress.getByName(address), port), 256);
    Thread.ofVirtual().start(() -> accept(script));
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket, script));
      } catch (IOException closed) {
        ends.add("accept ended");
      }
    }
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      socket.setTcpNoDelay(true);
      script.run(new Conversation(socket));
      ends.add("done");
    } catch (IOException | InterruptedException e) {
      ends.add("failed: " + e.getMessage());
    }
  }

  /// Answers every request with its own request line, on a kept connection, until the other side
  /// ends.
  static Script echoingLines() {
    return talk -> {
      for (String head = talk.head(); head != null; head = talk.head()) {
        String line = head.substring(0, head.indexOf('\r'));
        talk.body(head);
        talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + line.length() + "\r\n\r\n" + line);
      }
    };
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  final class Conversation {
    private final InputStream in;
    private final OutputStream out;
    final Socket socket;

    Conversation(Socket socket) throws IOException {
      this.socket = socket;
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      out = socket.getOutputStream();
    }

    /// The next head with its blank line, or null at the end of the input.
    String head() throws IOException {
      var head = new StringBuilder();
      while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
        int b = in.read();
        if (b < 0) return null;
        head.append((char) b);
      }
      heads.add(head.toString());
      return head.toString();
    }

    /// Reads the body that `head` announces; returns it as text.
    String body(String head) throws IOException {
      String lower = head.toLowerCase(java.util.Locale.ROOT);
      if (lower.contains("transfer-encoding: chunked")) return chunks();
      int at = lower.indexOf("content-length:");
      if (at < 0) return "";
      String number = head.substring(at + 15, head.indexOf('\r', at)).strip();
      return new String(in.readNBytes(Integer.parseInt(number)), StandardCharsets.ISO_8859_1);
    }

    private String chunks() throws IOException {
      var body = new StringBuilder();
      while (true) {
        int size = Integer.parseInt(line().split(";")[0], 16);
        if (size == 0) break;
        body.append(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
        line();
      }
      while (!line().isEmpty()) {}
      return body.toString();
    }

    private String line() throws IOException {
      var line = new StringBuilder();
      for (int b = in.read(); b != '\n'; b = in.read()) {
        if (b < 0) throw new IOException("cut");
        line.append((char) b);
      }
      return line.substring(0, line.length() - 1);
    }

    int read() throws IOException {
      return in.read();
    }

    InputStream in() {
      return in;
    }

    OutputStream out() {
      return out;
    }

    void send(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }
  }
}
