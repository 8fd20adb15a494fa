package atoll.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpTest {
  private RunningAgent agent;

  @BeforeEach
  void start() throws Exception {
    agent = new RunningAgent();
  }

  @AfterEach
  void stop() throws Exception {
    agent.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// What the agent answers to these very bytes, until it closes.
  private String raw(String bytes) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), agent.agent.port())) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      var out = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(out);
      return out.toString(StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void healthIsExactly() throws Exception {
    var health = agent.get("/health");
    assertThat(health.status()).isEqualTo(204);
    assertThat(health.headers().first("Cache-Control")).isEqualTo("no-store");
    assertThat(health.headers().first("Content-Type")).isEmpty();
    assertThat(health.headers().first("Vary")).isEqualTo("Origin");
    assertThat(health.headers().first("Content-Length")).isNull();
  }

  @Test
  void unknownPathsAndMethods() throws Exception {
    var missing = agent.get("/nothing");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.text()).isEqualTo("404 page not found\n");
    assertThat(missing.headers().first("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(agent.get("/%68ealth").status()).isEqualTo(404);
    var method = agent.send("POST", "/health", new byte[0]);
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.headers().first("Allow")).isEqualTo("GET");
    assertThat(agent.get("/process.Process/List").status()).isEqualTo(405);
    assertThat(agent.call("process.Process/Nothing", "{}").status()).isEqualTo(404);
  }

  @Test
  void preflightNeedsNoToken() throws Exception {
    agent.send("POST", "/init", utf8("{\"accessToken\":\"t\"}"));
    var answer =
        agent.send(
            "OPTIONS",
            "/any",
            null,
            "Origin",
            "http://x",
            "Access-Control-Request-Method",
            "POST",
            "Access-Control-Request-Headers",
            "a,b");
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.headers().first("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(answer.headers().first("Access-Control-Allow-Methods")).isEqualTo("POST");
    assertThat(answer.headers().first("Access-Control-Allow-Headers")).isEqualTo("a,b");
    assertThat(answer.headers().first("Access-Control-Max-Age")).isEqualTo("7200");
    assertThat(
            agent.get("/envs", "Origin", "http://x").headers().first("Access-Control-Allow-Origin"))
        .isEqualTo("*");
  }

  @Test
  void theTokenGuardsAllButFour() throws Exception {
    assertThat(agent.get("/envs").status()).isEqualTo(200);
    assertThat(agent.send("POST", "/init", utf8("{\"accessToken\":\"s3cret\"}")).status())
        .isEqualTo(204);
    var refused = agent.get("/envs");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.json().whole("code")).contains(401L);
    assertThat(agent.get("/envs", "X-Access-Token", "s3cret").status()).isEqualTo(200);
    assertThat(agent.get("/envs", "X-Access-Token", "wrong").status()).isEqualTo(401);
    assertThat(agent.call("process.Process/List", "{}").status()).isEqualTo(401);
    assertThat(agent.get("/unknown").status()).isEqualTo(401);
    assertThat(agent.get("/health").status()).isEqualTo(204);
  }

  @Test
  void initRules() throws Exception {
    var first =
        agent.send("POST", "/init", utf8("{\"accessToken\":\"a\",\"envVars\":{\"K\":\"v\"}}"));
    assertThat(first.headers().first("X-Envd-Version")).isEqualTo("0.6.13");
    assertThat(agent.send("POST", "/init", utf8("{\"accessToken\":\"a\"}")).status())
        .isEqualTo(204);
    var other = agent.send("POST", "/init", utf8("{\"accessToken\":\"b\"}"));
    assertThat(other.status()).isEqualTo(401);
    assertThat(other.text()).isEqualTo("access token validation failed");
    assertThat(other.headers().first("X-Envd-Version")).isEqualTo("0.6.13");
    assertThat(agent.send("POST", "/init", new byte[0]).text())
        .isEqualTo("access token reset not authorized");
    for (String bad :
        new String[] {"[]", " ", "{\"accessToken\":\"\"}", "{} x", "{\"accessToken\":1}"}) {
      assertThat(agent.send("POST", "/init", utf8(bad)).status()).as(bad).isEqualTo(400);
    }
    String envs = agent.get("/envs", "X-Access-Token", "a").text();
    assertThat(envs).contains("\"K\":\"v\"", "\"E2B_SANDBOX\":\"false\"");
    agent.send("POST", "/init", utf8("{\"ACCESSTOKEN\":\"a\",\"envVars\":{}}"));
    assertThat(agent.get("/envs", "X-Access-Token", "a").text()).doesNotContain("K");
  }

  @Test
  void rpcFraming() throws Exception {
    assertThat(
            agent
                .send("POST", "/process.Process/List", utf8("{}"), "Content-Type", "text/plain")
                .status())
        .isEqualTo(415);
    assertThat(agent.call("process.Process/List", "").json().text("code"))
        .contains("invalid_argument");
    assertThat(agent.call("process.Process/List", "[]").status()).isEqualTo(400);
    assertThat(agent.call("process.Process/List", "{\"future\":1}").text()).isEqualTo("{}");
    assertThat(
            agent.call("process.Process/List", "{}", "Connect-Timeout-Ms", "12345678901").status())
        .isEqualTo(400);
    String[] type = {"Content-Type", "application/connect+json"};
    assertThat(agent.send("POST", "/process.Process/Start", new byte[0], type).text())
        .contains("unimplemented");
    assertThat(
            agent
                .send("POST", "/process.Process/Start", new byte[] {0, 0, 0, 0, 9, 1}, type)
                .text())
        .contains("invalid_argument");
    assertThat(
            agent.send("POST", "/process.Process/Start", new byte[] {8, 0, 0, 0, 0}, type).text())
        .contains("internal");
  }

  @Test
  void anUnknownBasicUserIsRefusedEverywhere() throws Exception {
    var refused = agent.get("/health", "Authorization", "Basic bm9zdWNoOg==");
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.text())
        .isEqualTo("{\"code\":\"unauthenticated\",\"message\":\"invalid username: 'nosuch'\"}");
    assertThat(agent.get("/health", "Authorization", "Bearer x").status()).isEqualTo(204);
    String[] stream = {
      "Authorization", "Basic bm9zdWNoOg==", "Content-Type", "application/connect+json"
    };
    var ended = agent.send("POST", "/process.Process/Start", new byte[0], stream);
    assertThat(ended.status()).isEqualTo(200);
    assertThat(ended.bytes()[0]).as("the end and nothing else").isEqualTo((byte) 2);
    assertThat(ended.text()).endsWith("{\"error\":" + refused.text() + "}");
    assertThat(ended.headers().first("Content-Length")).isEqualTo("" + ended.bytes().length);
    assertThat(ended.headers().first("Connect-Accept-Encoding")).isNull();
  }

  @Test
  void hostRoutesOfAnAgentThatSharesItsMachine() throws Exception {
    var frozen = agent.send("POST", "/freeze?maxWaitMs=1", new byte[0]);
    assertThat(frozen.status()).isEqualTo(200);
    assertThat(frozen.text()).contains("\"mode\":\"legacy\"", "\"waitMs\":");
    assertThat(agent.send("POST", "/unfreeze", new byte[0]).status()).isEqualTo(204);
    assertThat(agent.send("POST", "/freeze", new byte[0]).status()).isEqualTo(204);
    assertThat(agent.send("POST", "/init", new byte[0]).status()).isEqualTo(204);
    assertThat(agent.send("POST", "/freeze?maxCgroups=x", new byte[0]).status()).isEqualTo(400);
    assertThat(agent.send("POST", "/freeze?mode=hierarchy", new byte[0]).status()).isEqualTo(409);
    assertThat(agent.send("POST", "/fsfreeze", new byte[0]).status()).isEqualTo(409);
    assertThat(agent.send("POST", "/fsthaw", new byte[0]).status()).isEqualTo(409);
    assertThat(agent.send("POST", "/collapse", new byte[0]).text()).contains("\"elapsedMs\":");
    assertThat(agent.send("POST", "/upgrade", new byte[0]).status()).isEqualTo(404);
  }

  @Test
  void malformedRequestsAreAnsweredAndEnd() throws Exception {
    assertThat(raw("GET /health HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(raw("GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(raw("GET /health HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(raw("POST /init HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
    assertThat(raw("POST /init HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br\r\n\r\n"))
        .startsWith("HTTP/1.1 501 ");
    assertThat(raw("POST /init HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: x\r\n\r\n"))
        .startsWith("HTTP/1.1 417 ");
    assertThat(raw("GET /health HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(1_100_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(raw("GET /health HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 204 ");
    assertThat(
            raw(
                "POST /init HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}"))
        .startsWith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 ");
  }
}
