package atoll.template.bundle;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.ExecRequest;
import atoll.protocol.agent.InitRequest;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.SocketConnection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;

/// What clients ask of an agent, asked once of one on loopback of this machine, as its own user.
/// Leaves nothing behind.
///
/// The agent must not be in a microVM: it then leaves clock, name and random generator alone.
record Rehearsal(int port, Deadline deadline) {
  private static final int EXECS = 20;
  private static final int LIMIT = 1 << 20;

  void run() throws IOException {
    String user = System.getProperty("user.name");
    Path scratch = Files.createTempDirectory("atoll-agent-");
    try (var agent = new AgentClient(connect(), null);
        var raw = new HttpClient(connect())) {
      if (!agent.health(deadline)) throw new IOException("the agent does not say that it is well");
      agent.init(request(), deadline);
      for (int i = 0; i < EXECS; i++)
        agent.exec(ExecRequest.as(user, "sh", "-c", "echo hi; echo ho >&2"), LIMIT, deadline);
      files(agent, raw, scratch, user);
      for (String path : new String[] {"/metrics", "/envs", "/health", "/nowhere"})
        raw.send("GET", path, new HttpHeaders(), null, deadline).bytes(LIMIT);
    } finally {
      remove(scratch);
    }
  }

  private Connection connect() throws IOException {
    return new SocketConnection(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  private static InitRequest request() {
    return new InitRequest(
        null, Map.of("NAME", "value"), Instant.now(), null, null, null, null, null, null, null);
  }

  private void files(AgentClient agent, HttpClient raw, Path scratch, String user)
      throws IOException {
    String file = scratch.resolve("a/file.txt").toString();
    byte[] text = "text\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      agent.upload(file, user, new ByteArrayInputStream(text), text.length, deadline);
      agent.download(file, user, LIMIT, deadline);
      call(raw, "filesystem.Filesystem/Stat", Json.object("path", file));
      call(raw, "filesystem.Filesystem/ListDir", Json.object("path", scratch + "", "depth", 2));
      call(raw, "filesystem.Filesystem/MakeDir", Json.object("path", scratch + "/b" + i));
      call(raw, "process.Process/List", Json.EMPTY);
    }
    call(raw, "filesystem.Filesystem/Remove", Json.object("path", file));
  }

  private void call(HttpClient raw, String method, Json.Obj body) throws IOException {
    var headers = new HttpHeaders().add("Content-Type", "application/json");
    raw.send(
            "POST",
            "/" + method,
            headers,
            body.toString().getBytes(StandardCharsets.UTF_8),
            deadline)
        .bytes(LIMIT);
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }
}
