package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real guests in a shared network: with each other, with the host, and before the doctor.
@Tag("real")
@Tag("e2e")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SharedNetworkTest {
  private static final Duration SOON = Duration.ofSeconds(120);

  /// Connects and sends back what it gets, until told to stop by the end of the stream.
  private static final String ECHO =
      "import socket,sys\n"
          + "s=socket.create_connection((sys.argv[1],int(sys.argv[2])),20)\n"
          + "f=s.makefile('rwb')\n"
          + "for line in f: f.write(line); f.flush()\n";

  private Atoll atoll;
  private final List<String> sandboxes = new ArrayList<>();

  @BeforeEach
  void begin() throws Exception {
    atoll = Atoll.shared();
  }

  @AfterEach
  void end() throws Exception {
    for (String sandbox : sandboxes) run("sandbox", "kill", sandbox);
    run("network", "remove", "e2e");
  }

  private Program.Outcome run(String... words) throws Exception {
    var all =
        Stream.concat(
            Stream.concat(Stream.of(Project.root().resolve("atoll").toString()), Stream.of(words)),
            Stream.of("--home", atoll.home().toString(), "-o", "json"));
    return Program.of(all.toArray(String[]::new)).with("ATOLL_NO_BUILD", "1").run(SOON);
  }

  private Json.Obj answer(String... words) throws Exception {
    return JsonReader.readObject(run(words).expectSuccess().out().getBytes(StandardCharsets.UTF_8));
  }

  private String sandbox() throws Exception {
    String id = answer("sandbox", "create", "--network", "e2e").text("sandboxId").orElseThrow();
    sandboxes.add(id);
    return id;
  }

  private Json.Obj seat(String sandbox) throws Exception {
    return answer("sandbox", "inspect", sandbox).object("network");
  }

  /// `sandbox exec` has no options of its own behind the command, so they come first.
  private String python(String sandbox, String program, String... arguments) throws Exception {
    var words = new ArrayList<String>();
    words.addAll(List.of(Project.root().resolve("atoll").toString(), "sandbox", "exec"));
    words.addAll(List.of("--home", atoll.home().toString(), sandbox, "--", "python3", "-c"));
    words.add(program);
    words.addAll(List.of(arguments));
    return Program.of(words.toArray(String[]::new))
        .with("ATOLL_NO_BUILD", "1")
        .run(SOON)
        .expectSuccess()
        .out()
        .strip();
  }

  @Test
  void guestsSeeEachOtherAndTheHostAndTheDoctorIsContent() throws Exception {
    Program.Outcome made = run("network", "create", "e2e");
    Assumptions.assumeTrue(
        made.exit() == 0, "SKIPPED: this host does not carry shared networks: " + made);
    String one = sandbox();
    String two = sandbox();
    Json.Obj first = seat(one);
    Json.Obj second = seat(two);
    assertThat(first.text("address")).isNotEqualTo(second.text("address"));
    assertThat(first.text("mac")).isNotEqualTo(second.text("mac"));
    String address = first.text("address").orElseThrow().replaceAll("/.*", "");
    String ask =
        "import socket,sys\n"
            + "s=socket.socket(); s.settimeout(10); print(s.connect_ex((sys.argv[1],int(sys.argv[2]))))";
    assertThat(python(two, ask, address, "9")).as("refused, so it was heard").isEqualTo("111");
    assertThat(python(two, ask, address, "49983")).as("another's agent").isNotEqualTo("0");
    streamsWhileOthersComeAndGo(one, first.text("gateway").orElseThrow());
    for (String sandbox : List.of(one, two)) {
      Program.Outcome doctor = run("doctor", sandbox);
      assertThat(doctor.exit()).as("healthy, or late on a busy host: " + doctor).isZero();
    }
    Program.Outcome bridge = run("doctor", "--bridge", first.text("bridge").orElseThrow());
    assertThat(bridge.exit()).as(bridge.toString()).isZero();
    aPortThatIsCutIsNamedAndMended(two);
    assertThat(run("network", "remove", "e2e").exit()).as("in use").isNotZero();
    Program.Outcome ledger = run("ledger", "check");
    assertThat(ledger.exit()).as(ledger.toString()).isZero();
  }

  private void aPortThatIsCutIsNamedAndMended(String guest) throws Exception {
    String port = seat(guest).text("port").orElseThrow();
    Program.of("ip", "link", "set", port, "down").run(SOON).expectSuccess();
    Program.Outcome said = run("doctor", guest);
    assertThat(said.exit()).as(said.toString()).isEqualTo(1);
    assertThat(said.out()).contains("veth.port_cut", port + " is down");
    Program.Outcome mended = run("doctor", guest, "--fix");
    assertThat(mended.exit()).as(mended.toString()).isZero();
  }

  /// A guest keeps a stream with the host; none of its lines may be late by a second.
  private void streamsWhileOthersComeAndGo(String guest, String gateway) throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.ofLiteral(gateway))) {
      server.setSoTimeout(60_000);
      String port = Integer.toString(server.getLocalPort());
      var echo =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  python(guest, ECHO, gateway, port);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
      try (var stream = server.accept()) {
        stream.setSoTimeout(10_000);
        var passerBy = Thread.ofPlatform().daemon().start(this::comeAndGo);
        long longest = 0;
        while (passerBy.isAlive()) {
          long begun = System.nanoTime();
          stream.getOutputStream().write("x\n".getBytes(StandardCharsets.US_ASCII));
          assertThat(stream.getInputStream().readNBytes(2)).hasSize(2);
          longest = Math.max(longest, System.nanoTime() - begun);
        }
        System.out.println("longest round trip to a guest: " + longest / 1_000_000 + " ms");
        assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(5));
      }
      echo.join(TimeUnit.SECONDS.toMillis(30));
    }
  }

  private void comeAndGo() {
    try {
      for (int i = 0; i < 2; i++) run("sandbox", "kill", sandbox()).expectSuccess();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
