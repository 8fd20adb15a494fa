package atoll.template;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.ExecRequest;
import atoll.protocol.agent.ExecResult;
import atoll.protocol.agent.InitRequest;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// Everything a sandbox will ask of its agent, asked once before the snapshot: code is then loaded
/// and compiled, and the programs that clients start most lie in the guest's page cache, shared by
/// all clones.
///
/// One identity is taken over as a clone takes its own, for the same reason; it has no token, and
/// all that it leaves is overwritten by the next. The last call seals the agent: a clone does no
/// work before it was told who it is.
final class WarmUp {
  private static final String USER = "user";
  private static final int OUTPUT_LIMIT = 1 << 16;
  private static final int REPLY_LIMIT = 1 << 20;

  /// More calls than it takes until code is compiled in the guest: 24, by what `agent.sh` says.
  private static final int COMPILED = 60;

  private static final String SCRATCH = "/home/user/.atoll-warm-up";

  /// Listens on loopback and waits, for a while, until the agent offers the port outside.
  private static final String PORT =
      """
      import socket, time
      s = socket.socket(); s.bind(('127.0.0.1', %1$d)); s.listen(8)
      end = time.monotonic() + 5
      while time.monotonic() < end:
          try: socket.create_connection(('169.254.0.21', %1$d), 1).close(); break
          except OSError: time.sleep(0.05)
      """;

  /// Waits until the agent's compiler has nothing left to do, which it tells nobody: what is left
  /// over it would do beside the first commands of every sandbox.
  private static final String SETTLED =
      """
      for c in $(grep -l '^C1 Compiler' /proc/[0-9]*/task/*/comm); do
        t=${c%/comm}/schedstat; i=0; before=
        while read now _ <$t && [ "$now" != "$before" ] && [ $i -lt 150 ]; do
          before=$now; i=$((i+1)); sleep 0.2
        done
      done
      """;

  private final AgentClient agent;
  private final Dial dial;
  private final Deadline deadline;

  /// Opens one more connection to the agent.
  @FunctionalInterface
  interface Dial {
    Connection open() throws IOException;
  }

  WarmUp(AgentClient agent, Dial dial, Deadline deadline) {
    this.agent = agent;
    this.dial = dial;
    this.deadline = deadline;
  }

  /// This class itself: what it does to a guest changes exactly when this does.
  static byte[] code() throws IOException {
    try (InputStream in = WarmUp.class.getResourceAsStream("WarmUp.class")) {
      return in.readAllBytes();
    }
  }

  /// Returns the agent's version.
  String run(String templateId, UUID buildId) throws IOException {
    String version = init();
    shell("sync; echo 3 >/proc/sys/vm/drop_caches", "root"); // what only the boot needed
    for (int i = 0; i < COMPILED; i++) exec(USER, "sh", "-c", "echo hi");
    for (int i = 0; i < 10; i++) exec(USER, "/bin/bash", "-l", "-c", "echo hi; cat /dev/null");
    for (int i = 0; i < 3; i++)
      exec(USER, "python3", "-c", "import json, csv, os, sys, subprocess; print(1)");
    shell("ls -l / >/dev/null; grep root /etc/passwd; sudo -n true; sleep 0", USER);
    for (int port = 8991; port <= 8993; port++) exec(USER, "python3", "-c", PORT.formatted(port));
    files();
    for (int i = 0; i < 10; i++) init();
    agent.init(identity(), deadline);
    init(); // without variables again
    for (int i = 0; i < 30; i++) agent.health(deadline);
    write(
        "/.e2b",
        "ENV_ID=%1$s\nTEMPLATE_ID=%1$s\nBUILD_ID=%2$s\n".formatted(templateId, buildId),
        "root");
    shell("rm -rf " + SCRATCH + "; sync", "root");
    shell(SETTLED, "root");
    agent.seal(deadline);
    return version;
  }

  private String init() throws IOException {
    return agent.init(
        new InitRequest(
            null, Map.of(), Instant.now(), null, null, null, entropy(), null, null, null),
        deadline);
  }

  private static InitRequest identity() {
    var variables = Map.of("WARM", "up");
    return new InitRequest(
        null, variables, Instant.now(), USER, null, "atoll", entropy(), "warm-up", "warm-up", null);
  }

  private static byte[] entropy() {
    byte[] entropy = new byte[32];
    new SecureRandom().nextBytes(entropy);
    return entropy;
  }

  private void files() throws IOException {
    try (var raw = new HttpClient(dial.open())) {
      files(raw);
    }
  }

  private void files(HttpClient raw) throws IOException {
    for (int i = 0; i < 5; i++) {
      String path = SCRATCH + "/data/file-" + i + ".csv";
      write(path, "a,b\n1,2\n".repeat(1000), USER);
      agent.download(path, USER, REPLY_LIMIT, deadline);
      call(raw, "Stat", Json.object("path", path));
      call(raw, "MakeDir", Json.object("path", SCRATCH + "/folder-" + i));
      call(raw, "ListDir", Json.object("path", SCRATCH, "depth", 2));
      call(raw, "Move", Json.object("source", path, "destination", path + ".moved"));
      call(raw, "Remove", Json.object("path", path + ".moved"));
    }
    call(raw, "ListDir", Json.object("path", "/usr/bin", "depth", 1));
    post(raw, "/process.Process/List", Json.EMPTY);
  }

  private void write(String path, String text, String user) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    agent.upload(path, user, new ByteArrayInputStream(bytes), bytes.length, deadline);
  }

  private void call(HttpClient raw, String method, Json.Obj request) throws IOException {
    post(raw, "/filesystem.Filesystem/" + method, request);
  }

  private void post(HttpClient raw, String target, Json.Obj request) throws IOException {
    var headers = new HttpHeaders();
    headers.add("Content-Type", "application/json").add("Connect-Protocol-Version", "1");
    HttpReply reply =
        raw.send(
            "POST", target, headers, request.toString().getBytes(StandardCharsets.UTF_8), deadline);
    byte[] body = reply.bytes(REPLY_LIMIT);
    if (reply.status() == 200) return;
    throw new IOException(
        target + " answered " + reply.status() + ": " + new String(body, StandardCharsets.UTF_8));
  }

  private void shell(String text, String user) throws IOException {
    exec(user, "/bin/sh", "-c", text);
  }

  private void exec(String user, String... command) throws IOException {
    ExecResult result = agent.exec(ExecRequest.as(user, command), OUTPUT_LIMIT, deadline);
    if (result.exitCode() == 0) return;
    throw new IOException(
        String.join(" ", command) + " ended with " + result.status() + ": " + result.err());
  }
}
