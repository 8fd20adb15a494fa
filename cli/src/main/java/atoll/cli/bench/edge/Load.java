package atoll.cli.bench.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/// Requests over kept connections: one at a time for the time they take, or many side by side for
/// the work they make.
///
/// @param reply exact bytes of one reply, head and body, measured once
record Load(InetSocketAddress address, byte[] request, int reply) {
  static Load to(int port, String headers) throws IOException {
    byte[] request =
        ("GET /bench HTTP/1.1\r\n" + headers + "\r\n").getBytes(StandardCharsets.US_ASCII);
    var address = new InetSocketAddress("127.0.0.1", port);
    try (Socket socket = connect(address)) {
      socket.getOutputStream().write(request);
      return new Load(address, request, measure(socket.getInputStream()));
    }
  }

  private static int measure(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) throw new IOException("no reply: " + head);
      head.append((char) b);
    }
    if (!head.toString().startsWith("HTTP/1.1 200"))
      throw new IOException("unexpected reply: " + head);
    int at = head.indexOf("Content-Length: ") + 16;
    int length = Integer.parseInt(head.substring(at, head.indexOf("\r", at)));
    in.readNBytes(length);
    return head.length() + length;
  }

  private static Socket connect(InetSocketAddress address) throws IOException {
    var socket = new Socket();
    socket.connect(address, 5_000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    return socket;
  }

  /// Nanoseconds of each of `count` requests, sorted.
  long[] oneByOne(int count) throws IOException {
    var nanos = new long[count];
    try (Socket socket = connect(address)) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      var buffer = new byte[reply];
      for (int i = 0; i < count; i++) {
        long start = System.nanoTime();
        exchange(in, out, buffer);
        nanos[i] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    return nanos;
  }

  private void exchange(InputStream in, OutputStream out, byte[] buffer) throws IOException {
    out.write(request);
    if (in.readNBytes(buffer, 0, reply) != reply)
      throw new IOException("the connection was closed");
  }

  /// Sends `count` requests over each of `connections` connections.
  void sideBySide(int connections, int count) throws IOException, InterruptedException {
    try (var threads = Executors.newFixedThreadPool(connections)) {
      List<Callable<long[]>> work = new ArrayList<>();
      for (int i = 0; i < connections; i++) work.add(() -> oneByOne(count));
      for (var done : threads.invokeAll(work)) done.get();
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }
}
