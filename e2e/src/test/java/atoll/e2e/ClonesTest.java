package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Many guests out of one snapshot: each is somebody else, and each knows it before it works.
@Tag("real")
@Tag("e2e")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class ClonesTest {
  private static final int CLONES = 50;

  /// Guests in software are slow: a few at a time.
  private static final int AT_ONCE = 4;

  /// One line each. The random bytes are the first that a program of this guest asks for.
  private static final String WHO_AM_I =
      "head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n'; echo; cat /proc/sys/kernel/random/uuid"
          + " /proc/sys/kernel/random/boot_id; hostname; echo $E2B_SANDBOX_ID; date +%s";

  private static Atoll atoll;
  private static Api api;

  @BeforeAll
  static void start() throws Exception {
    atoll = Atoll.shared();
    api = new Api(atoll);
  }

  private record Clone(String id, String token, List<String> facts, long hostSeconds) {}

  private static List<String> run(String id, String script) throws Exception {
    Program.Outcome outcome =
        atoll.command("sandbox", "exec", id, "--", "sh", "-c", script).expectSuccess();
    Json.Obj said = JsonReader.readObject(outcome.out().getBytes(StandardCharsets.UTF_8));
    return said.text("stdout").orElseThrow().lines().toList();
  }

  private static Clone make() throws Exception {
    Api.Answer created = api.create();
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    String id = created.text("sandboxID");
    try {
      List<String> facts = run(id, WHO_AM_I);
      return new Clone(
          id, created.text("envdAccessToken"), facts, System.currentTimeMillis() / 1000);
    } finally {
      api.delete("/sandboxes/" + id);
    }
  }

  @Test
  void noTwoShareWhatMustBeTheirOwn() throws Exception {
    List<Callable<Clone>> makes = new ArrayList<>();
    for (int i = 0; i < CLONES; i++) makes.add(ClonesTest::make);
    var clones = new ArrayList<Clone>();
    try (var threads = Executors.newFixedThreadPool(AT_ONCE)) {
      for (var done : threads.invokeAll(makes)) clones.add(done.get());
    }
    var seen = new HashSet<String>();
    for (Clone clone : clones) {
      assertThat(clone.facts()).hasSize(6);
      for (String own : clone.facts().subList(0, 3))
        assertThat(seen.add(own)).as("a value of its own: " + own).isTrue();
      assertThat(clone.facts().get(4)).isEqualTo(clone.id());
      assertThat(seen.add(clone.token())).as("a token of its own").isTrue();
      assertThat(Math.abs(Long.parseLong(clone.facts().get(5)) - clone.hostSeconds()))
          .as("seconds between the clocks of guest and host")
          .isLessThan(30);
    }
    Set<String> names = new HashSet<>();
    clones.forEach(clone -> names.add(clone.facts().get(3)));
    assertThat(names).as("host names").hasSize(CLONES);
  }

  /// The port relay of one guest: offered, taken back, offered again to the same program.
  @Test
  void aPortOnLoopbackIsReachableFromOutside() throws Exception {
    String id = api.create().text("sandboxID");
    try {
      run(id, "cat >/tmp/reopen.py <<'END'\n" + REOPEN + "END\n");
      run(id, "nohup python3 /tmp/reopen.py >/tmp/reopen.log 2>&1 & sleep 0; echo started");
      var edge = new EdgePort(atoll, id, 8765);
      Until.holds(Duration.ofSeconds(20), "the first answer", () -> edge.answers("life 0"));
      Until.holds(Duration.ofSeconds(20), "the second", () -> edge.answers("life 1"));
      List<String> log = run(id, "cat /tmp/reopen.log");
      System.out.println("a loopback port was reachable after: " + log); // seconds; no limit here
      assertThat(log).filteredOn(line -> line.startsWith("waited")).hasSize(2);
    } finally {
      api.delete("/sandboxes/" + id);
    }
  }

  /// Listens on loopback, asks its own outer address until that answers, serves a few requests, and
  /// does it all once more in the same process.
  private static final String REOPEN =
      """
      import socket, threading, time
      def serve(s, life):
          try:
              while True:
                  c = s.accept()[0]
                  c.recv(65536)
                  body = ('life %d' % life).encode()
                  c.sendall(b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(body) + body)
                  c.close()
          except OSError: pass
      for life in range(2):
          s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
          s.bind(('127.0.0.1', 8765)); s.listen(16)
          begun = time.monotonic()
          threading.Thread(target=serve, args=(s, life), daemon=True).start()
          while True:
              try: socket.create_connection(('169.254.0.21', 8765), 1).close(); break
              except OSError:
                  if time.monotonic() - begun > 15: raise
                  time.sleep(0.01)
          print('waited', time.monotonic() - begun, flush=True)
          time.sleep(6)
          s.shutdown(socket.SHUT_RDWR); s.close()
          time.sleep(1)
      """;

  /// A killed agent comes back as who it was, and says honestly what it still runs.
  @Test
  void aKilledAgentComesBack() throws Exception {
    String id = api.create().text("sandboxID");
    try {
      List<String> before = run(id, "pgrep -x atoll-agent; cat /sys/fs/cgroup/user/pids.max");
      assertThat(before).hasSize(2);
      atoll.command("sandbox", "exec", id, "--", "sudo", "kill", "-9", before.getFirst());
      Until.holds(
          Duration.ofSeconds(60),
          "an answer of the next agent",
          () -> {
            var again = atoll.command("sandbox", "exec", id, "--", "pgrep", "-x", "atoll-agent");
            return again.exit() == 0 && !again.out().contains(before.getFirst());
          });
      assertThat(run(id, "echo $E2B_SANDBOX_ID; id -un")).containsExactly(id, "user");
    } finally {
      api.delete("/sandboxes/" + id);
    }
  }

  private static final String BOMB = "while true; do sleep 20 & done";

  /// Neither too many processes nor too much memory keeps the agent from answering.
  @Test
  void aGreedyGuestLeavesTheAgentAlive() throws Exception {
    String id = api.create().text("sandboxID");
    try {
      assertThat(run(id, "cat /proc/self/cgroup")).containsExactly("0::/user");
      run(id, "nohup timeout -s KILL 15 sh -c '" + BOMB + "' >/dev/null 2>&1 & echo begun");
      assertThat(new EdgePort(atoll, id, 49983).status("/health")).isEqualTo(204);
      Until.holds(
          Duration.ofSeconds(90),
          "a process once the others have ended",
          () -> atoll.command("sandbox", "exec", id, "--", "true").exit() == 0);
      var hog = atoll.command("sandbox", "exec", id, "--", "python3", "-c", "x = b'x' * (1 << 31)");
      assertThat(hog.exit()).as(hog.toString()).isNotZero();
      assertThat(run(id, "echo alive")).containsExactly("alive");
    } finally {
      api.delete("/sandboxes/" + id);
    }
  }
}
