package atoll.cli;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.cli.home.Home;
import atoll.cli.home.Instance;
import atoll.cli.home.Processes;
import atoll.cli.report.Exit;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands against a canned API and agent on loopback.
class AgainstApiTest {
  private static final String KEY = "e2b_0123456789abcdef";
  private static final String SANDBOX =
      "{\"sandboxID\":\"i1\",\"templateID\":\"t1\",\"alias\":\"base\",\"state\":\"running\",\"startedAt\":\"2026-01-01T00:00:00Z\","
          + "\"endAt\":\"2026-01-01T00:05:00Z\",\"cpuCount\":1,\"memoryMB\":512,\"diskSizeMB\":2048,\"envdVersion\":\"0.6.13\","
          + "\"envdAccessToken\":\"secret-token\",\"metadata\":{\"a\":\"b\"}}";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> requests = new ArrayList<>();
  private HttpServer server;

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    long pid = ProcessHandle.current().pid();
    new Instance(pid, Processes.startTicks(pid).orElseThrow(), Instant.EPOCH, url, url)
        .write(Home.at(folder));
    Files.writeString(folder.resolve("credentials"), KEY + "\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(target + " key=" + exchange.getRequestHeaders().getFirst("X-API-Key"));
    exchange.getRequestBody().readAllBytes();
    switch (target) {
      case "GET /v2/sandboxes?state=running&limit=100" -> reply(exchange, 200, "[" + SANDBOX + "]");
      case "GET /sandboxes/i1" -> reply(exchange, 200, SANDBOX);
      case "DELETE /sandboxes/i1" -> reply(exchange, 204, "");
      case "POST /v2/sandboxes" ->
          reply(
              exchange,
              503,
              "{\"code\":503,\"message\":\"no slot is free\",\"reason\":\"no_slot\",\"hint\":\"kill some\"}");
      case "POST /process.Process/Start" -> process(exchange);
      default -> reply(exchange, 404, "{\"code\":404,\"message\":\"not here\"}");
    }
  }

  private static void process(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/connect+json");
    exchange.sendResponseHeaders(200, 0);
    try (var body = exchange.getResponseBody()) {
      body.write(envelope(0, "{\"event\":{\"start\":{\"pid\":7}}}"));
      body.write(envelope(0, "{\"event\":{\"data\":{\"stdout\":\"" + base64("to out") + "\"}}}"));
      body.write(envelope(0, "{\"event\":{\"keepalive\":{}}}"));
      body.write(envelope(0, "{\"event\":{\"data\":{\"stderr\":\"" + base64("to err") + "\"}}}"));
      body.write(
          envelope(
              0,
              "{\"event\":{\"end\":{\"exitCode\":3,\"exited\":true,\"status\":\"exit status 3\"}}}"));
      body.write(envelope(2, "{}"));
    }
  }

  private static byte[] envelope(int flags, String json) {
    byte[] payload = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) flags)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int run(String... args) {
    var all = new ArrayList<>(List.of(args));
    all.addAll(
        args[0].equals("sandbox") && args[1].equals("exec") ? 2 : all.size(),
        List.of("--home", folder.toString()));
    return Main.run(
        all.toArray(String[]::new),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String stdout() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aListHasOurNamesAndNoToken() {
    assertThat(run("sandbox", "list", "-o", "json")).isEqualTo(Exit.OK);
    var rows = ((Json.Arr) JsonReader.read(stdout().strip())).items();
    assertThat(rows).hasSize(1);
    assertThat(((Json.Obj) rows.getFirst()).members().keySet())
        .containsExactly(
            "sandboxId",
            "templateId",
            "template",
            "state",
            "startedAt",
            "endAt",
            "cpuCount",
            "memoryMib",
            "diskMib",
            "agentVersion",
            "metadata");
    assertThat(stdout()).doesNotContain("secret-token", KEY);
    assertThat(requests)
        .containsExactly(
            "GET /v2/sandboxes?state=running&limit=100 key=" + KEY,
            "GET /atoll/v1/health key=" + KEY);
  }

  @Test
  void aListForPeopleIsATable() {
    assertThat(run("sandbox", "list")).isEqualTo(Exit.OK);
    assertThat(stdout().lines()).hasSize(2).first().asString().startsWith("SANDBOX");
  }

  @Test
  void execStreamsBothOutputsAndReturnsTheProgramsExitCode() {
    assertThat(run("sandbox", "exec", "i1", "sh", "-c", "exit 3")).isEqualTo(3);
    assertThat(stdout()).isEqualTo("to out");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("to err");
  }

  @Test
  void execAsJsonHoldsOutputsAndExitCode() {
    assertThat(run("sandbox", "exec", "-o", "json", "i1", "true")).isEqualTo(3);
    var answer = JsonReader.readObject(out.toByteArray());
    assertThat(answer.members().keySet())
        .containsExactly("sandboxId", "exitCode", "stdout", "stderr", "ms");
    assertThat(answer.whole("exitCode")).contains(3L);
    assertThat(answer.text("stderr")).contains("to err");
  }

  @Test
  void anApiErrorKeepsItsReasonAndHint() {
    assertThat(run("sandbox", "create", "-o", "json")).isEqualTo(Exit.FAILED);
    var error = JsonReader.readObject(out.toByteArray()).object("error");
    assertThat(error.text("reason")).contains("no_slot");
    assertThat(error.text("message").orElseThrow()).contains("no slot is free");
    assertThat(error.text("hint")).contains("kill some");
  }

  @Test
  void killTellsTheMissingFromTheKilled() {
    assertThat(run("sandbox", "kill", "i1", "i2", "-o", "json")).isEqualTo(Exit.FAILED);
    var answer = JsonReader.readObject(out.toByteArray());
    assertThat(answer.items("killed")).containsExactly(new Json.Text("i1"));
    assertThat(answer.items("notFound")).containsExactly(new Json.Text("i2"));
  }

  @Test
  void anIdCannotLeaveItsPathSegment() {
    run("sandbox", "info", "../v2/x y");
    assertThat(requests).containsExactly("GET /sandboxes/..%2Fv2%2Fx%20y key=" + KEY);
  }

  @Test
  void envQuotesForAShell() {
    assertThat(run("env")).isEqualTo(Exit.OK);
    assertThat(stdout().lines())
        .hasSize(3)
        .first()
        .asString()
        .isEqualTo("export E2B_API_KEY='" + KEY + "'");
  }
}
