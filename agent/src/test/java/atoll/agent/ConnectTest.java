package atoll.agent;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.agent.rpc.ProtoFile;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.util.JsonFormat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every call in both codecs, plain and compressed, with protobuf's own library as the client.
@Tag("real")
class ConnectTest {
  @TempDir Path folder;
  private static RunningAgent agent;

  @BeforeAll
  static void start() throws Exception {
    agent = new RunningAgent();
  }

  @AfterAll
  static void stop() throws Exception {
    agent.close();
  }

  /// How a call is made.
  private record Way(String codec, boolean gzip) {
    static final List<Way> ALL =
        List.of(
            new Way("json", false),
            new Way("proto", false),
            new Way("json", true),
            new Way("proto", true));

    byte[] request(String type, String json) throws IOException {
      var message = DynamicMessage.newBuilder(ProtoFile.message(type));
      JsonFormat.parser().merge(json, message);
      byte[] bytes =
          codec.equals("proto")
              ? message.build().toByteArray()
              : json.getBytes(StandardCharsets.UTF_8);
      return gzip ? zipped(bytes) : bytes;
    }

    DynamicMessage answer(String type, byte[] bytes) throws IOException {
      Descriptor descriptor = ProtoFile.message(type);
      if (codec.equals("proto")) return DynamicMessage.parseFrom(descriptor, bytes);
      var message = DynamicMessage.newBuilder(descriptor);
      JsonFormat.parser().merge(new String(bytes, StandardCharsets.UTF_8), message);
      return message.build();
    }
  }

  private static byte[] zipped(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] unzipped(byte[] bytes) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  private static String json(DynamicMessage message) throws IOException {
    return JsonFormat.printer().omittingInsignificantWhitespace().print(message);
  }

  /// The answer as protobuf prints it.
  private String unary(Way way, String method, String requestType, String json, String answerType)
      throws IOException {
    var headers = new ArrayList<>(List.of("Content-Type", "application/" + way.codec));
    if (way.gzip) headers.addAll(List.of("Content-Encoding", "gzip", "Accept-Encoding", "gzip"));
    var answer =
        agent.send(
            "POST", "/" + method, way.request(requestType, json), headers.toArray(String[]::new));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.headers().first("Content-Type")).isEqualTo("application/" + way.codec);
    assertThat(answer.headers().first("Accept-Encoding")).isEqualTo("gzip");
    boolean packed = "gzip".equals(answer.headers().first("Content-Encoding"));
    assertThat(packed).as("compressed, however short").isEqualTo(way.gzip);
    byte[] bytes = packed ? unzipped(answer.bytes()) : answer.bytes();
    return json(way.answer(answerType, bytes));
  }

  /// All messages of a stream, the last of which is the end message as it came.
  private List<String> stream(
      Way way, String method, String requestType, String answerType, String... requests)
      throws IOException {
    var body = new ByteArrayOutputStream();
    for (String request : requests) {
      byte[] message = way.request(requestType, request);
      body.write(way.gzip ? 1 : 0);
      body.write(ByteBuffer.allocate(4).putInt(message.length).array());
      body.write(message);
    }
    var headers = new ArrayList<>(List.of("Content-Type", "application/connect+" + way.codec));
    if (way.gzip) headers.addAll(List.of("Connect-Content-Encoding", "gzip"));
    var answer =
        agent.send("POST", "/" + method, body.toByteArray(), headers.toArray(String[]::new));
    assertThat(answer.status()).isEqualTo(200);
    return messages(way, answerType, answer.bytes());
  }

  private static List<String> messages(Way way, String type, byte[] bytes) throws IOException {
    var messages = new ArrayList<String>();
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    while (in.available() > 0) {
      int flags = in.readByte();
      byte[] payload = in.readNBytes(in.readInt());
      assertThat(flags & 1).as("compressed, the end too").isEqualTo(way.gzip ? 1 : 0);
      if ((flags & 1) != 0) payload = unzipped(payload);
      messages.add(
          (flags & 2) != 0
              ? new String(payload, StandardCharsets.UTF_8)
              : json(way.answer(type, payload)));
    }
    return messages;
  }

  private static String quoted(Object text) {
    return "\"" + text + "\"";
  }

  @Test
  void filesystemCalls() throws Exception {
    String service = "filesystem.Filesystem/";
    int round = 0;
    for (Way way : Way.ALL) {
      String directory = folder + "/d" + round++;
      String path = "{\"path\":" + quoted(directory) + "}";
      String made =
          unary(
              way, service + "MakeDir", "filesystem.PathRequest", path, "filesystem.EntryResponse");
      assertThat(made).contains("\"type\":\"FILE_TYPE_DIRECTORY\"", "\"mode\":493", "modifiedTime");
      Files.writeString(Path.of(directory, "ü"), "12345");
      Files.createSymbolicLink(Path.of(directory, "z"), Path.of("ü"));
      String stat = "{\"path\":" + quoted(directory + "/ü") + "}";
      assertThat(
              unary(
                  way,
                  service + "Stat",
                  "filesystem.PathRequest",
                  stat,
                  "filesystem.EntryResponse"))
          .contains("\"size\":\"5\"", "\"name\":\"ü\"", "FILE_TYPE_FILE");
      String list = "{\"path\":" + quoted(directory) + ",\"depth\":1}";
      assertThat(
              unary(
                  way,
                  service + "ListDir",
                  "filesystem.ListDirRequest",
                  list,
                  "filesystem.ListDirResponse"))
          .contains("\"name\":\"z\"", "\"symlinkTarget\":\"" + directory + "/ü\"");
      String move =
          "{\"source\":"
              + quoted(directory + "/z")
              + ",\"destination\":"
              + quoted(directory + "/y")
              + "}";
      assertThat(
              unary(
                  way,
                  service + "Move",
                  "filesystem.MoveRequest",
                  move,
                  "filesystem.EntryResponse"))
          .contains("\"name\":\"y\"");
      String id = watcher(way, directory);
      Files.delete(Path.of(directory, "y"));
      assertThat(removal(way, id)).contains("{\"name\":\"y\",\"type\":\"EVENT_TYPE_REMOVE\"}");
      String watcher = "{\"watcherId\":" + quoted(id) + "}";
      assertThat(
              unary(
                  way,
                  service + "RemoveWatcher",
                  "filesystem.WatcherRequest",
                  watcher,
                  "filesystem.Nothing"))
          .isEqualTo("{}");
      assertThat(
              unary(way, service + "Remove", "filesystem.PathRequest", path, "filesystem.Nothing"))
          .isEqualTo("{}");
      assertThat(Path.of(directory)).doesNotExist();
    }
  }

  private String watcher(Way way, String directory) throws IOException {
    String created =
        unary(
            way,
            "filesystem.Filesystem/CreateWatcher",
            "filesystem.WatchDirRequest",
            "{\"path\":" + quoted(directory) + ",\"recursive\":true}",
            "filesystem.CreateWatcherResponse");
    return created.replaceAll(".*:\"(w[a-z0-9]{20})\".*", "$1");
  }

  private String removal(Way way, String id) throws IOException {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() < end) {
      String events =
          unary(
              way,
              "filesystem.Filesystem/GetWatcherEvents",
              "filesystem.WatcherRequest",
              "{\"watcherId\":" + quoted(id) + "}",
              "filesystem.GetWatcherEventsResponse");
      if (events.contains("REMOVE")) return events;
    }
    throw new AssertionError("no event within 5 s");
  }

  @Test
  void watchingEndsAtItsDeadline() throws Exception {
    for (Way way : Way.ALL) {
      byte[] message =
          way.request("filesystem.WatchDirRequest", "{\"path\":" + quoted(folder) + "}");
      var body = new ByteArrayOutputStream();
      body.write(way.gzip ? 1 : 0);
      body.write(ByteBuffer.allocate(4).putInt(message.length).array());
      body.write(message);
      var answer =
          agent.send(
              "POST",
              "/filesystem.Filesystem/WatchDir",
              body.toByteArray(),
              "Content-Type",
              "application/connect+" + way.codec,
              "Connect-Timeout-Ms",
              "150",
              way.gzip ? "Connect-Content-Encoding" : "X-None",
              "gzip");
      assertThat(messages(way, "filesystem.WatchDirResponse", answer.bytes()))
          .containsExactly(
              "{\"start\":{}}",
              "{\"error\":{\"code\":\"deadline_exceeded\",\"message\":\"context deadline exceeded\"}}");
    }
  }

  @Test
  void aProcessFromStartToEnd() throws Exception {
    for (Way way : Way.ALL) {
      var seen =
          stream(
              way,
              "process.Process/Start",
              "process.StartRequest",
              "process.StartResponse",
              "{\"process\":{\"cmd\":\"/bin/sh\",\"args\":[\"-c\",\"printf $A; exit 3\"],"
                  + "\"envs\":{\"A\":\"hi\"},\"cwd\":\"/\"},\"tag\":\"t\",\"stdin\":false}");
      assertThat(seen.getFirst()).matches("\\{\"event\":\\{\"start\":\\{\"pid\":\\d+}}}");
      assertThat(seen).contains("{\"event\":{\"data\":{\"stdout\":\"aGk=\"}}}");
      assertThat(seen.get(seen.size() - 2))
          .isEqualTo(
              "{\"event\":{\"end\":{\"exitCode\":3,\"exited\":true,\"status\":\"exit status 3\","
                  + "\"error\":\"exit status 3\"}}}");
      assertThat(seen.getLast()).isEqualTo("{}");
    }
  }

  @Test
  void aProcessThatIsFedAndKilled() throws Exception {
    for (Way way : Way.ALL) {
      String tag = "fed-" + way.codec + way.gzip;
      try (var process =
          agent.stream(
              "process.Process/Start",
              atoll.core.json.Json.object(
                  "process",
                  atoll.core.json.Json.object("cmd", "/bin/cat"),
                  "tag",
                  tag,
                  "stdin",
                  true))) {
        int pid = process.pid();
        String selector = "\"process\":{\"tag\":" + quoted(tag) + "}";
        assertThat(
                stream(
                    way,
                    "process.Process/StreamInput",
                    "process.StreamInputRequest",
                    "process.Nothing",
                    "{\"start\":{" + selector + "}}",
                    "{\"keepalive\":{}}",
                    "{\"data\":{\"input\":{\"stdin\":\"YWI=\"}}}"))
            .containsExactly("{}", "{}");
        assertThat(
                unary(
                    way,
                    "process.Process/SendInput",
                    "process.SendInputRequest",
                    "{" + selector + ",\"input\":{\"stdin\":\"Y2Q=\"}}",
                    "process.Nothing"))
            .isEqualTo("{}");
        assertThat(text(process, 4)).isEqualTo("abcd");
        assertThat(
                unary(way, "process.Process/List", "process.Nothing", "{}", "process.ListResponse"))
            .contains(
                "{\"config\":{\"cmd\":\"/bin/cat\"},\"pid\":"
                    + pid
                    + ",\"tag\":"
                    + quoted(tag)
                    + "}");
        for (String method : new String[] {"Update", "CloseStdin"}) {
          assertThat(
                  unary(
                      way,
                      "process.Process/" + method,
                      "process.ConnectRequest",
                      "{" + selector + "}",
                      "process.Nothing"))
              .isEqualTo("{}");
        }
      }
      assertThat(
              stream(
                  way,
                  "process.Process/Connect",
                  "process.ConnectRequest",
                  "process.StartResponse",
                  "{\"process\":{\"tag\":" + quoted(tag) + "}}"))
          .contains("{\"event\":{\"end\":{\"exited\":true,\"status\":\"exit status 0\"}}}");
    }
  }

  private static String text(RunningAgent.Stream stream, int length) throws IOException {
    var out = new ByteArrayOutputStream();
    while (out.size() < length) {
      stream
          .next()
          .object("event")
          .object("data")
          .text("stdout")
          .ifPresent(b -> out.writeBytes(java.util.Base64.getDecoder().decode(b)));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aSignal() throws Exception {
    for (Way way : Way.ALL) {
      try (var process =
          agent.stream(
              "process.Process/Start",
              atoll.core.json.Json.object(
                  "process",
                  atoll.core.json.Json.object("cmd", "/bin/sleep", "args", List.of("60"))))) {
        int pid = process.pid();
        unary(
            way,
            "process.Process/SendSignal",
            "process.SendSignalRequest",
            "{\"process\":{\"pid\":" + pid + "},\"signal\":\"SIGNAL_SIGKILL\"}",
            "process.Nothing");
        assertThat(process.next().toString())
            .isEqualTo(
                "{\"event\":{\"end\":{\"exitCode\":-1,\"status\":\"signal: killed\",\"error\":\"signal: killed\"}}}");
      }
    }
  }

  /// What comes back byte by byte, trailers included.
  private static String raw(String method, String type, String json, String... headers)
      throws IOException {
    byte[] message = json.getBytes(StandardCharsets.UTF_8);
    var head =
        new StringBuilder("POST /" + method + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
    head.append("Content-Type: ").append(type).append("\r\n");
    for (String header : headers) head.append(header).append("\r\n");
    head.append("Content-Length: ").append(message.length + 5).append("\r\n\r\n");
    try (var socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), agent.agent.port())) {
      socket.setSoTimeout(20_000);
      var out = socket.getOutputStream();
      out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(message.length).array());
      out.write(message);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void grpcTellsItsStatusInTrailers() throws Exception {
    String stat = "filesystem.Filesystem/Stat";
    String good = raw(stat, "application/grpc+json", "{\"path\":" + quoted(folder) + "}");
    assertThat(good)
        .startsWith("HTTP/1.1 200 ")
        .contains("Content-Type: application/grpc+json", "Trailer: Grpc-Status", "DIRECTORY")
        .endsWith("\r\n0\r\nGrpc-Status: 0\r\nGrpc-Message: \r\n\r\n");
    String none = "{\"path\":" + quoted(folder + "/ü%") + "}";
    assertThat(raw(stat, "application/grpc+json", none))
        .contains("\r\nGrpc-Status: 5\r\nGrpc-Message: file not found: ", "/%C3%BC%25\r\n");
    assertThat(raw("process.Process/List", "application/grpc", "", "Grpc-Timeout: 5S"))
        .contains("Grpc-Status: 0");
    assertThat(raw("process.Process/List", "application/grpc", "", "Grpc-Timeout: 0m"))
        .contains("Grpc-Status: 4");
    assertThat(raw("process.Process/List", "application/grpc", "", "Grpc-Timeout: 5"))
        .contains("Grpc-Status: 3");
    assertThat(raw("process.Process/List", "application/grpc", "", "Authorization: Basic eDo="))
        .contains("Grpc-Status: 16");
  }

  @Test
  void grpcWebTellsItInALastFrame() throws Exception {
    String seen =
        raw(
            "process.Process/Start",
            "application/grpc-web+json",
            "{\"process\":{\"cmd\":\"/bin/echo\",\"args\":[\"hi\"]},\"stdin\":false}");
    assertThat(seen).contains("\"stdout\":\"aGkK\"", "exit status 0");
    assertThat(seen).contains("Grpc-Status: 0\r\nGrpc-Message: \r\n\r\n0\r\n\r\n");
    assertThat(raw("process.Process/List", "application/grpc-web-text", "{}"))
        .startsWith("HTTP/1.1 415 ");
  }

  private String refused(String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    byte[] body = {0, 0, 0, 0, 2, '{', '}'};
    return agent.send("POST", "/process.Process/Start", body, all.toArray(String[]::new)).text();
  }

  @Test
  void whatIsRefusedOfAStream() throws Exception {
    String[] type = {"Content-Type", "application/connect+json"};
    assertThat(refused(type[0], type[1], "Connect-Content-Encoding", "br"))
        .contains("unimplemented");
    assertThat(refused(type[0], type[1], "Connect-Protocol-Version", "2"))
        .contains("invalid_argument");
    assertThat(refused(type[0], type[1], "Connect-Timeout-Ms", "0")).contains("deadline_exceeded");
    assertThat(refused(type[0], type[1], "Connect-Timeout-Ms", "-5")).contains("deadline_exceeded");
    assertThat(refused(type[0], type[1], "Connect-Timeout-Ms", "5s")).contains("invalid_argument");
    assertThat(refused(type[0], type[1], "Connect-Timeout-Ms", "+00060000")).contains("start");
    byte[] flagged = {1, 0, 0, 0, 2, '{', '}'};
    assertThat(agent.send("POST", "/process.Process/Start", flagged, type).text())
        .contains("internal");
    byte[] packed =
        agent
            .send(
                "POST",
                "/process.Process/Start",
                flagged,
                type[0],
                type[1],
                "Connect-Content-Encoding",
                "gzip")
            .bytes();
    assertThat(packed[0]).as("the end, and compressed as the request was").isEqualTo((byte) 3);
    byte[] end = unzipped(java.util.Arrays.copyOfRange(packed, 5, packed.length));
    assertThat(new String(end, StandardCharsets.UTF_8)).contains("invalid_argument");
    byte[] huge = {0, 127, 127, 127, 127, 1};
    assertThat(agent.send("POST", "/process.Process/Start", huge, type).text())
        .contains("resource_exhausted");
    var wrong =
        agent.send("POST", "/process.Process/Start", huge, "Content-Type", "application/json");
    assertThat(wrong.status()).isEqualTo(415);
    assertThat(wrong.headers().first("Accept-Post")).contains("application/connect+proto");
  }

  @Test
  void moreVariablesThanAProgramCanHaveAreRefused() throws Exception {
    var envs = new StringBuilder("{\"process\":{\"cmd\":\"/bin/true\",\"envs\":{\"a\":\"\"");
    for (int i = 0; i < 1_000_000; i++) envs.append(",\"").append(i).append("\":\"\"");
    byte[] message = envs.append("}}}").toString().getBytes(StandardCharsets.UTF_8);
    var body = ByteBuffer.allocate(message.length + 5).put((byte) 0).putInt(message.length);
    var answer =
        agent.send(
            "POST",
            "/process.Process/Start",
            body.put(message).array(),
            "Content-Type",
            "application/connect+json");
    assertThat(answer.text()).contains("invalid_argument", "more than 200000");
  }

  @Test
  void aBombIsNotInflated() throws Exception {
    var bomb = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bomb)) {
      byte[] blanks = new byte[1 << 20];
      java.util.Arrays.fill(blanks, (byte) ' ');
      for (int i = 0; i < 64; i++) gzip.write(blanks);
    }
    var answer =
        agent.send(
            "POST",
            "/process.Process/List",
            bomb.toByteArray(),
            "Content-Type",
            "application/json",
            "Content-Encoding",
            "gzip");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.text()).contains("resource_exhausted");
  }
}
