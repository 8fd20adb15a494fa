package atoll.cli.bench.agent;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.SocketConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The guest agent out of its bundle, on a loopback port of this machine, whose clock and name it
/// leaves alone. [#close()] ends it.
public final class NativeAgent implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(20);
  private static final Duration CALL = Duration.ofSeconds(60);

  private final Process process;
  private final int port;
  private final double startMillis;

  private NativeAgent(Process process, int port, double startMillis) {
    this.process = process;
    this.port = port;
    this.startMillis = startMillis;
  }

  /// Returns with its first answer.
  public static NativeAgent start(Path bundle) throws IOException {
    int port = freePort();
    var command =
        List.of(
            bundle.resolve("bin/atoll-agent").toString(),
            "--no-vm",
            "--address",
            "127.0.0.1",
            "--port",
            Integer.toString(port));
    var builder =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    long begun = System.nanoTime();
    Process process = builder.start();
    try {
      awaitAnswer(process, port);
      return new NativeAgent(process, port, (System.nanoTime() - begun) / 1e6);
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// A program that starts sends no event: its port is tried every half millisecond.
  private static void awaitAnswer(Process process, int port) throws IOException {
    var deadline = Deadline.after(START);
    while (true) {
      try (var http = new HttpClient(connect(port))) {
        http.send("GET", "/health", new HttpHeaders(), null, deadline).bytes(1024);
        return;
      } catch (IOException notYet) {
        if (!process.isAlive() || deadline.expired())
          throw new IOException("the agent does not answer on port " + port, notYet);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(500_000);
    }
  }

  private static Connection connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    return new SocketConnection(socket);
  }

  /// From the start of its program to its first answer.
  public double startMillis() {
    return startMillis;
  }

  public HttpClient client() throws IOException {
    return new HttpClient(connect(port));
  }

  public static Deadline soon() {
    return Deadline.after(CALL);
  }

  /// Resident memory, files included that it maps.
  public double residentMib() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")))
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    throw new IOException("the agent has ended");
  }

  /// Processor time so far of all its threads, those that have ended too, in steps of 10 ms: fields
  /// 14 and 15 of `/proc/PID/stat`, proc(5).
  public double cpuMillis() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return 10.0 * (Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
