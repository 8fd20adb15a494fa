package atoll.cli;

import atoll.cli.home.Home;
import atoll.cli.home.Instance;
import atoll.cli.home.Processes;
import atoll.cli.report.Exit;
import atoll.core.Patience;
import atoll.doctor.Doctor;
import atoll.doctor.evidence.Subject;
import atoll.doctor.report.Drawing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// Runs the everyday commands against a canned API on loopback, so that a start cache can be made
/// of what they load.
final class RehearseCommand implements Command {
  private static final String SANDBOXES =
      """
      [{"sandboxID":"irehearsal","templateID":"t","alias":"base","state":"running","startedAt":"2026-01-01T00:00:00Z",\
      "endAt":"2026-01-01T00:05:00Z","cpuCount":1,"memoryMB":512,"diskSizeMB":1024,"envdVersion":"0.6.13","metadata":{"a":"b"}}]\
      """;

  @Override
  public Syntax syntax() {
    return Syntax.of("rehearse", "Make the start cache: for the build alone.");
  }

  @Override
  public int run(Call call) throws Exception {
    var out = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Path folder = Files.createTempDirectory("atoll-rehearsal");
    try (var server = new ServerSocket(0, 4, InetAddress.getLoopbackAddress())) {
      Thread.ofPlatform().daemon().start(() -> serve(server));
      install(Home.at(folder), "http://127.0.0.1:" + server.getLocalPort());
      String home = "--home=" + folder;
      Main.run(new String[] {"sandbox", "list", home}, out, out);
      Main.run(new String[] {"sandbox", "list", home, "-o", "json"}, out, out);
      Main.run(new String[] {"status", home}, out, out);
      Main.run(new String[] {"env", home}, out, out);
      Main.run(new String[] {"sandbox", "kill", "irehearsal", home}, out, out);
      Main.run(new String[] {"sandbox", "list", "--nonsense"}, out, out);
      Main.run(new String[] {"doctor", "irehearsal", home}, out, out);
      lookAtMyself(Home.at(folder), out);
    } finally {
      remove(Home.at(folder));
    }
    return Exit.OK;
  }

  /// All that a look loads and this host allows: this process stands for a monitor.
  private static void lookAtMyself(Home home, PrintStream out) throws IOException {
    long pid = ProcessHandle.current().pid();
    long ticks = Processes.startTicks(pid).orElseThrow();
    var self = new Subject("irehearsal", "irehearsal-1", home.root(), pid, ticks, -1, true);
    try (var doctor = new Doctor(home.root(), Patience.USUAL)) {
      var said = Doctor.judge(doctor.examiner().passive(self), 1);
      out.print(said.json());
      out.print(new Drawing(true).of(said, true));
    }
  }

  private static void install(Home home, String url) throws IOException {
    long pid = ProcessHandle.current().pid();
    new Instance(pid, Processes.startTicks(pid).orElseThrow(), Instant.EPOCH, url, url).write(home);
    Files.writeString(home.credentials(), "e2b_00\n");
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      try (var client = server.accept()) {
        client.setSoTimeout(2000);
        skipHead(client.getInputStream());
        answer(client.getOutputStream());
      } catch (IOException e) {
        System.getLogger(RehearseCommand.class.getName())
            .log(System.Logger.Level.DEBUG, "rehearsal", e);
      }
    }
  }

  private static void skipHead(InputStream in) throws IOException {
    for (int last = 0; last != 0x0d0a0d0a; ) {
      int next = in.read();
      if (next < 0) return;
      last = last << 8 | next;
    }
  }

  private static void answer(OutputStream out) throws IOException {
    byte[] body = SANDBOXES.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  private static void remove(Home home) throws IOException {
    for (Path path :
        new Path[] {
          home.instance(), home.credentials(), home.instance().getParent(), home.root()
        }) {
      Files.deleteIfExists(path);
    }
  }
}
