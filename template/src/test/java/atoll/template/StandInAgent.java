package atoll.template;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// As much of an agent as a template's build asks for, without the agent's module. Runs inside a
/// guest, on the JDK alone.
final class StandInAgent {
  private static final Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  private StandInAgent() {}

  public static void main(String[] arguments) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(49983), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/health", exchange -> answer(exchange, 204, new byte[0]));
    server.createContext("/init", StandInAgent::init);
    server.createContext("/files", StandInAgent::files);
    server.createContext("/process.Process/Start", StandInAgent::start);
    // Contexts match by the start of the path: the longer one keeps these away from /files.
    server.createContext(
        "/filesystem.", exchange -> answer(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8)));
    server.createContext(
        "/", exchange -> answer(exchange, 200, "{}".getBytes(StandardCharsets.UTF_8)));
    server.start();
  }

  private static void init(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("X-Envd-Version", "0.6.13");
    answer(exchange, 204, new byte[0]);
  }

  private static void files(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    Path path = Path.of(query.replaceFirst(".*path=([^&]*).*", "$1"));
    if (exchange.getRequestMethod().equals("GET")) {
      answer(exchange, 200, Files.readAllBytes(path));
      return;
    }
    Files.createDirectories(path.getParent());
    Files.write(path, exchange.getRequestBody().readAllBytes());
    answer(exchange, 200, "[]".getBytes(StandardCharsets.UTF_8));
  }

  private static void start(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Process process = new ProcessBuilder(command(body)).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = Base64.getEncoder().encodeToString(process.getInputStream().readAllBytes());
    int code;
    try {
      code = process.waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    var reply = new ByteArrayOutputStream();
    reply.write(envelope(0, "{\"event\":{\"start\":{\"pid\":" + process.pid() + "}}}"));
    reply.write(envelope(0, "{\"event\":{\"data\":{\"stdout\":\"" + out + "\"}}}"));
    reply.write(
        envelope(
            0,
            "{\"event\":{\"end\":{\"exitCode\":"
                + code
                + ",\"status\":\"exit status "
                + code
                + "\"}}}"));
    reply.write(envelope(2, "{}"));
    answer(exchange, 200, reply.toByteArray());
  }

  /// The first text after `cmd`, then those of `args`. Enough for the requests that our own client
  /// writes.
  private static List<String> command(String body) {
    var words = new ArrayList<String>();
    Matcher cmd = Pattern.compile("\"cmd\":").matcher(body);
    int end = body.indexOf("],", body.indexOf("\"args\""));
    Matcher word = WORD.matcher(body.substring(0, end < 0 ? body.length() : end + 1));
    if (!cmd.find()) return words;
    for (int at = cmd.end(); word.find(at); at = word.end()) {
      if (!word.group(1).equals("args")) words.add(unescaped(word.group(1)));
    }
    return words;
  }

  private static String unescaped(String text) {
    return text.replace("\\n", "\n")
        .replace("\\\"", "\"")
        .replace("\\/", "/")
        .replace("\\\\", "\\");
  }

  private static byte[] envelope(int flags, String json) {
    byte[] payload = json.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(5 + payload.length)
        .put((byte) flags)
        .putInt(payload.length)
        .put(payload)
        .array();
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.sendResponseHeaders(status, status == 204 ? -1 : body.length);
      if (status != 204) exchange.getResponseBody().write(body);
    }
  }
}
