package atoll.edge;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The edge between a client and a server that both say exactly what the test wants.
@Timeout(30)
class EdgeTest {
  private static final String ID = EdgeFixture.ID;
  private EdgeFixture all;

  @BeforeEach
  void start() throws Exception {
    all = new EdgeFixture();
  }

  @AfterEach
  void stop() throws Exception {
    all.close();
  }

  @Test
  void carriesARequestByHeaderAndByHost() throws Exception {
    Guest guest = all.guest(Guest.echoingLines());
    Client client = all.client();
    assertThat(client.send(Client.get("/a?b=c", ID, guest.port())).reply())
        .endsWith("GET /a?b=c HTTP/1.1");
    client.send("GET /h HTTP/1.1\r\nHost: " + guest.port() + "-" + ID + "-x.example.com\r\n\r\n");
    assertThat(client.reply()).endsWith("GET /h HTTP/1.1");
    assertThat(guest.heads.poll()).contains("Host: localhost").contains("E2b-Sandbox-Id: " + ID);
    assertThat(guest.connections).hasValue(1);
  }

  @Test
  void keepsTheOrderOfPipelinedRequests() throws Exception {
    Guest guest = all.guest(Guest.echoingLines());
    Client client = all.client();
    var sent = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      sent.append(Client.get("/" + i, ID, guest.port()));
      sent.append(Client.get("/gone", "nosuchsandbox", 80));
      sent.append(
              Client.request(
                  "POST /p" + i + " HTTP/1.1", ID, guest.port(), "Content-Length: 3\r\n"))
          .append("abc");
    }
    client.send(sent.toString());
    for (int i = 0; i < 50; i++) {
      assertThat(client.reply()).endsWith("GET /" + i + " HTTP/1.1");
      assertThat(client.reply()).contains("502 Bad Gateway");
      assertThat(client.reply()).endsWith("POST /p" + i + " HTTP/1.1");
    }
  }

  @Test
  void unknownSandboxIsA502WithThePhrase() throws Exception {
    String reply = all.client().send(Client.get("/", "nosuchsandbox", 80)).reply();
    assertThat(reply)
        .startsWith("HTTP/1.1 502 ")
        .contains("Content-Type: application/json; charset=utf-8");
    assertThat(reply)
        .endsWith(
            "{\"sandboxId\":\"nosuchsandbox\",\"message\":\"The sandbox was not found\",\"code\":502}");
  }

  @Test
  void closedPortIsA502WithThePhrase() throws Exception {
    Guest guest = all.guest(talk -> {});
    guest.close();
    String reply = all.client().send(Client.get("/", ID, guest.port())).reply();
    assertThat(reply)
        .startsWith("HTTP/1.1 502 ")
        .contains("port is not open", "\"port\":" + guest.port(), "\"code\":502");
    assertThat(all.dialer.sockets).hasValue(5);
  }

  @Test
  void closedAgentPortIsToldAtOnce() throws Exception {
    String reply = all.client().send(Client.get("/health", ID, Target.AGENT_PORT)).reply();
    assertThat(reply).startsWith("HTTP/1.1 502 ").contains("port is not open");
    assertThat(all.dialer.sockets).hasValue(1);
  }

  @Test
  void aPortThatOpensLateIsReached() throws Exception {
    Guest first = all.guest(talk -> {});
    int port = first.port();
    first.close();
    Client client = all.client().send(Client.get("/late", ID, port));
    while (all.dialer.sockets.get() < 2) Thread.onSpinWait();
    all.guest(port, Guest.echoingLines());
    assertThat(client.reply()).endsWith("GET /late HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /init", "POST //x/..//init", "DELETE /%69nit", "OPTIONS /upgrade?a"})
  void internalRoutesOfTheAgentAreHidden(String line) throws Exception {
    Guest agent = all.guest(Target.AGENT_PORT, Guest.echoingLines());
    String reply =
        all.client().send(Client.request(line + " HTTP/1.1", ID, Target.AGENT_PORT, "")).reply();
    assertThat(reply).startsWith("HTTP/1.1 404 ").contains("\"path\":\"/", "\"code\":404");
    assertThat(agent.heads).isEmpty();
  }

  @Test
  void internalNamesOnOtherPortsAreNobodysBusiness() throws Exception {
    Guest guest = all.guest(Guest.echoingLines());
    assertThat(all.client().send(Client.get("/init", ID, guest.port())).reply())
        .endsWith("GET /init HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nE2b-Sandbox-Id: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\nE2b-Sandbox-Id: a\r\nE2b-Sandbox-Port: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: 80-A.b\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void badRequestsAre400InPlainText(String text) throws Exception {
    String reply = all.client().send(text).rest();
    assertThat(reply)
        .startsWith("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain")
        .contains("Connection: close");
  }

  @Test
  void connectIsRefused() throws Exception {
    assertThat(all.client().send("CONNECT a:1 HTTP/1.1\r\nHost: 80-a.b\r\n\r\n").rest())
        .startsWith("HTTP/1.1 405 ");
  }

  @Test
  void bodiesTravelBothWays() throws Exception {
    Guest guest =
        all.guest(talk -> {
          for (String head = talk.head(); head != null; head = talk.head()) {
            String body = talk.body(head);
            talk.send(
                "HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + Integer.toHexString(body.length()));
            talk.send("\r\n" + body + "\r\n0\r\nX-T: 1\r\n\r\n");
          }
        });
    Client client = all.client();
    for (int i = 0; i < 3; i++) {
      client.send(
          Client.request("POST / HTTP/1.1", ID, guest.port(), "Transfer-Encoding: chunked\r\n"));
      client.send("3\r\nab").send("c\r\n2;x\r\nde\r\n0").send("\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 201 Made\r\n");
      assertThat(client.text(23)).isEqualTo("5\r\nabcde\r\n0\r\nX-T: 1\r\n\r\n");
    }
  }

  @Test
  void oldClientsGetOneAnswer() throws Exception {
    Guest guest = all.guest(Guest.echoingLines());
    Client client = all.client().send(Client.request("GET /old HTTP/1.0", ID, guest.port(), ""));
    client.socket.shutdownOutput();
    assertThat(client.rest()).contains("Connection: close").endsWith("GET /old HTTP/1.0");
  }

  @Test
  void oldServersAreReadToTheirEnd() throws Exception {
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it");
        });
    String reply = all.client().send(Client.get("/", ID, guest.port())).rest();
    assertThat(reply)
        .startsWith("HTTP/1.1 200 OK")
        .contains("Connection: close")
        .endsWith("all of it");
  }

  @Test
  void answersToHeadHaveNoBody() throws Exception {
    Guest guest =
        all.guest(talk -> {
          while (talk.head() != null) talk.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
        });
    Client client = all.client();
    client.send(Client.request("HEAD /1 HTTP/1.1", ID, guest.port(), ""));
    assertThat(client.head()).contains("Content-Length: 10");
    client.send(Client.request("HEAD /2 HTTP/1.1", "nosuch", 80, ""));
    assertThat(client.head()).startsWith("HTTP/1.1 502");
    client.send(Client.request("HEAD /3 HTTP/1.1", ID, guest.port(), ""));
    assertThat(client.head()).contains("Content-Length: 10");
  }

  @Test
  void continueIsPassedOn() throws Exception {
    Guest guest =
        all.guest(talk -> {
          String head = talk.head();
          talk.send("HTTP/1.1 100 Continue\r\n\r\n");
          String body = talk.body(head);
          talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        });
    Client client = all.client();
    client.send(
        Client.request(
            "PUT / HTTP/1.1", ID, guest.port(), "Expect: 100-continue\r\nContent-Length: 4\r\n"));
    assertThat(client.head()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    assertThat(client.send("body").reply()).endsWith("body");
  }

  /// The guest closes with a reset, as bytes are left unread: often before the edge's next write,
  /// which then fails.
  @RepeatedTest(40)
  void aRefusalBeforeTheBodyIsHeard() throws Exception {
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nno!");
        });
    Client client = all.client();
    client.send(
        Client.request("POST / HTTP/1.1", ID, guest.port(), "Content-Length: 100000000\r\n"));
    client.send("x".repeat(100_000));
    assertThat(client.reply()).startsWith("HTTP/1.1 413").endsWith("no!");
  }

  @Test
  void aSmallRestOfAnAnsweredRequestIsReadAway() throws Exception {
    Guest guest = all.guest(Guest.echoingLines());
    Client client = all.client();
    client.send(
        Client.request("POST / HTTP/1.1", "nosuch", 80, "Content-Length: 1000\r\n")
            + "x".repeat(10));
    assertThat(client.reply()).startsWith("HTTP/1.1 502").doesNotContain("Connection: close");
    client.send("x".repeat(990)).send(Client.get("/after", ID, guest.port()));
    assertThat(client.reply()).endsWith("GET /after HTTP/1.1");
  }

  @Test
  void upgradesBecomeTunnelsAndEachSideEndsByItself() throws Exception {
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send(
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhi:");
          for (int b = talk.read(); b >= 0; b = talk.read()) talk.out().write(b);
          talk.send(":bye");
        });
    Client client = all.client();
    client.send(
        Client.request(
            "GET /ws HTTP/1.1", ID, guest.port(), "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    assertThat(client.head())
        .startsWith("HTTP/1.1 101")
        .contains("Upgrade: websocket", "Connection: Upgrade");
    assertThat(client.send("GET /init HTTP/1.1\r\n\r\n").text(25))
        .isEqualTo("hi:GET /init HTTP/1.1\r\n\r\n");
    client.socket.shutdownOutput();
    assertThat(client.rest()).isEqualTo(":bye");
    assertThat(guest.ends.poll(5, SECONDS)).isEqualTo("done");
    assertThat(guest.heads.poll()).contains("Upgrade: websocket", "Connection: Upgrade");
  }

  @Test
  void theAgentIsNeverUpgraded() throws Exception {
    Guest agent = all.guest(Target.AGENT_PORT, Guest.echoingLines());
    String more = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: a\r\n";
    all.client().send(Client.request("GET /health HTTP/1.1", ID, Target.AGENT_PORT, more)).reply();
    assertThat(agent.heads.poll())
        .doesNotContainIgnoringCase("h2c")
        .doesNotContainIgnoringCase("settings");
  }

  @Test
  void aClientThatLeavesEndsTheGuestsSide() throws Exception {
    var asked = new CountDownLatch(1);
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
          asked.countDown();
          while (talk.read() >= 0) {}
        });
    Client client = all.client().send(Client.get("/stream", ID, guest.port()));
    assertThat(asked.await(5, SECONDS)).isTrue();
    client.head();
    client.close();
    assertThat(guest.ends.poll(10, SECONDS)).isNotNull();
  }

  @Test
  void aClientThatEndsItsOutputHearsTheWholeReply() throws Exception {
    var ended = new CountDownLatch(1);
    Guest guest =
        all.guest(talk -> {
          talk.head();
          ended.await(5, SECONDS);
          talk.send("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n");
          talk.send("x".repeat(200_000));
        });
    Client client = all.client().send(Client.get("/slow", ID, guest.port()));
    client.socket.shutdownOutput();
    ended.countDown();
    assertThat(client.rest()).startsWith("HTTP/1.1 200").hasSizeGreaterThan(200_000);
  }

  @Test
  void aGuestThatBreaksOffLeavesAnUnfinishedReply() throws Exception {
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
        });
    Client client = all.client().send(Client.get("/", ID, guest.port()));
    client.head();
    assertThat(client.rest()).isEqualTo("abc");
  }

  @Test
  void aGuestThatAnswersNonsenseIsA502() throws Exception {
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send("SSH-2.0-x\r\n\r\n");
        });
    String reply = all.client().send(Client.get("/", ID, guest.port())).reply();
    assertThat(reply)
        .startsWith("HTTP/1.1 502")
        .contains("invalid reply")
        .doesNotContain("not found");
  }

  @Test
  void repliesCannotBeSmuggledToTheNextRequest() throws Exception {
    Guest guest =
        all.guest(talk -> {
          while (talk.head() != null) {
            talk.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nEVIL");
          }
        });
    Client client = all.client();
    for (int i = 0; i < 5; i++)
      assertThat(client.send(Client.get("/", ID, guest.port())).reply()).endsWith("\r\n\r\na");
    assertThat(guest.connections).hasValue(5);
  }

  @Test
  void theEndOfARunClosesItsStreamsAndSaysNotFound() throws Exception {
    var waiting = new CountDownLatch(2);
    Guest guest =
        all.guest(talk -> {
          String head = talk.head();
          if (head.startsWith("GET /stream"))
            talk.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
          waiting.countDown();
          while (talk.read() >= 0) {}
        });
    Client streaming = all.client().send(Client.get("/stream", ID, guest.port()));
    Client silent = all.client().send(Client.get("/silent", ID, guest.port()));
    assertThat(waiting.await(5, SECONDS)).isTrue();
    streaming.head();
    all.dialer.end(ID);
    assertThat(streaming.rest()).isEqualTo("1\r\na\r\n");
    assertThat(silent.reply()).contains("502", "The sandbox was not found");
    assertThat(silent.send(Client.get("/again", ID, guest.port())).reply())
        .contains("The sandbox was not found");
    assertThat(guest.ends.poll(10, SECONDS)).isNotNull();
    assertThat(guest.ends.poll(10, SECONDS)).isNotNull();
  }

  @Test
  void connectionsAreNeverSharedBetweenRuns() throws Exception {
    Guest guest = all.guest(Guest.echoingLines());
    Client client = all.client();
    client.send(Client.get("/1", ID, guest.port())).reply();
    all.dialer.end(ID);
    all.dialer.run(ID, all.address);
    client.send(Client.get("/2", ID, guest.port())).reply();
    assertThat(guest.connections).hasValue(2);
  }

  @Test
  void aDeadKeptConnectionCostsNoReply() throws Exception {
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          talk.head();
          talk.socket.setSoLinger(true, 0);
        });
    Client client = all.client();
    for (int i = 0; i < 4; i++)
      assertThat(client.send(Client.get("/" + i, ID, guest.port())).reply()).endsWith("ok");
    assertThat(guest.connections).hasValueGreaterThanOrEqualTo(3);
  }

  @Test
  void whatCannotBeRepeatedGetsAConnectionOfItsOwn() throws Exception {
    Guest guest = all.guest(Guest.echoingLines());
    Client client = all.client();
    for (int i = 0; i < 3; i++) {
      client.send(
          Client.request("POST / HTTP/1.1", ID, guest.port(), "Content-Length: 1\r\n") + "x");
      assertThat(client.reply()).startsWith("HTTP/1.1 200");
    }
    assertThat(guest.connections).hasValue(3);
  }

  @Test
  void aHeadThatTricklesInIsCutOff() throws Exception {
    try (var strict = new EdgeFixture(Duration.ofSeconds(610), Duration.ofMillis(300), 0)) {
      Client client = strict.client().send("GET / HTTP/1.1\r\nHost: ");
      assertThat(client.rest()).startsWith("HTTP/1.1 408 Request Timeout");
      assertThat(strict.client().rest()).isEmpty();
    }
  }

  @Test
  void silenceEndsAConnection() throws Exception {
    try (var strict = new EdgeFixture(Duration.ofMillis(300), Duration.ofSeconds(15), 0)) {
      Guest guest = strict.guest(Guest.echoingLines());
      Client client = strict.client();
      client.send(Client.get("/", ID, guest.port())).reply();
      assertThat(client.rest()).isEmpty();
    }
  }

  @Test
  void theLimitOfASandboxIsA429() throws Exception {
    try (var limited = new EdgeFixture(Duration.ofSeconds(610), Duration.ofSeconds(15), 1)) {
      var asked = new CountDownLatch(1);
      Guest guest =
          limited.guest(talk -> {
            talk.head();
            asked.countDown();
            while (talk.read() >= 0) {}
          });
      Client first = limited.client().send(Client.get("/hold", ID, guest.port()));
      assertThat(asked.await(5, SECONDS)).isTrue();
      Client second = limited.client().send(Client.get("/", ID, guest.port()));
      assertThat(second.reply())
          .startsWith("HTTP/1.1 429")
          .contains("\"connectionLimit\":1", "Retry-After: 1");
      first.close();
      assertThat(guest.ends.poll(10, SECONDS)).isNotNull();
      limited.client().send(Client.get("/hold", ID, guest.port()));
      assertThat(guest.heads.poll(5, SECONDS)).startsWith("GET /hold");
    }
  }
}
