package atoll.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.linux.net.Cidr;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.WireInput;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitTest {
  @TempDir Path folder;
  private final List<String> calls = new ArrayList<>();
  private boolean reseeds = true;
  private GuestState state;
  private Init init;
  private MetadataService metadata;

  private final class RecordingMachine implements Machine {
    @Override
    public boolean reseeded(byte[] entropy) {
      calls.add("reseed " + entropy.length);
      return reseeds;
    }

    @Override
    public boolean addressed(List<Cidr> addresses) {
      if (!addresses.isEmpty()) calls.add("address " + addresses);
      return addresses.stream().allMatch(a -> a.length() == 24);
    }

    @Override
    public void takeOver(InitBody body, boolean another) {
      calls.add((another ? "become " : "stay ") + body.sandboxId());
    }
  }

  @BeforeEach
  void start() {
    state = new GuestState(true);
    init = agent(state);
  }

  private Init agent(GuestState of) {
    return new Init(
        of,
        "1.2.3",
        new RecordingMachine(),
        new SavedState(folder.resolve("run/state")),
        new CaBundle(folder),
        metadata,
        () -> calls.add("drop"));
  }

  private int post(String body) throws IOException {
    return init.take(body.getBytes(StandardCharsets.UTF_8)).status();
  }

  @Test
  void waitsForAnIdentityAndTakesRandomnessFirst() throws Exception {
    assertThat(state.awaitsIdentity()).isTrue();
    assertThat(post("{\"sandboxID\":\"one\",\"entropy\":\"AAAA\"}")).isEqualTo(204);
    assertThat(calls).containsExactly("reseed 3", "become one", "drop");
    assertThat(state.awaitsIdentity()).isFalse();
    post("{\"sandboxID\":\"one\"}");
    assertThat(calls).endsWith("reseed 0", "stay one");
  }

  @Test
  void withoutNewRandomnessItDoesNotGoOn() throws Exception {
    reseeds = false;
    assertThat(post("{\"sandboxID\":\"one\",\"entropy\":\"AAAA\"}")).isEqualTo(500);
    assertThat(state.awaitsIdentity()).isTrue();
  }

  @Test
  void takesAddressesBeforeItGoesOn() throws Exception {
    assertThat(post("{\"sandboxID\":\"one\",\"addresses\":[\"192.168.100.2/16\"]}")).isEqualTo(500);
    assertThat(state.awaitsIdentity()).isTrue();
    assertThat(post("{\"sandboxID\":\"one\",\"addresses\":[\"192.168.100.2/24\"]}")).isEqualTo(204);
    assertThat(calls).contains("address [192.168.100.2/24]");
    assertThat(post("{\"addresses\":\"192.168.100.2/24\"}")).isEqualTo(400);
    assertThat(post("{\"addresses\":[\"192.168.100.2\"]}")).isEqualTo(400);
    assertThat(post("{\"addresses\":[7]}")).isEqualTo(400);
  }

  @Test
  void aSealedGuestWaitsAgain() throws Exception {
    post("{\"sandboxID\":\"one\",\"accessToken\":\"secret\"}");
    assertThat(post("{\"sealed\":true}")).as("without the token").isEqualTo(401);
    assertThat(post("{\"sealed\":true,\"accessToken\":\"secret\"}")).isEqualTo(204);
    assertThat(state.awaitsIdentity()).isTrue();
    assertThat(folder.resolve("run/state")).doesNotExist();
    calls.clear();
    post("{\"sandboxID\":\"one\",\"accessToken\":\"secret\"}");
    assertThat(calls).as("another life of the same sandbox").contains("become one", "drop");
    assertThat(state.awaitsIdentity()).isFalse();
  }

  @Test
  void anAgentThatWasKilledComesBackAsWhoItWas() throws Exception {
    post(
        "{\"sandboxID\":\"one\",\"accessToken\":\"secret\",\"defaultUser\":\"user\",\"defaultWorkdir\":\"/code\",\"envVars\":{\"A\":\"b\"}}");
    Path file = folder.resolve("run/state");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    var next = new GuestState(true);
    agent(next);
    assertThat(next.awaitsIdentity()).isFalse();
    assertThat(next.admits("secret")).isTrue();
    assertThat(next.admits("other")).isFalse();
    assertThat(next.defaultUser()).isEqualTo("user");
    assertThat(next.defaultWorkdir()).isEqualTo("/code");
    assertThat(next.variables()).containsEntry("A", "b").containsEntry("E2B_SANDBOX_ID", "one");
  }

  @Test
  void sayWhatIsWrongWithItsParts() throws Exception {
    assertThat(post("{\"caBundle\":\"nonsense\"}")).isEqualTo(400);
    assertThat(post("{\"volumeMounts\":[{\"path\":\"/x\",\"nfs_target\":\"h:/x\"}]}"))
        .isEqualTo(400);
    assertThat(post("{\"hyperloopIP\":\"not an address\"}")).isEqualTo(204);
    assertThat(state.variables()).doesNotContainKey("E2B_EVENTS_ADDRESS");
    assertThat(post("{\"hyperloopIP\":\"192.0.2.1\"}")).isEqualTo(204);
    assertThat(state.variables()).containsEntry("E2B_EVENTS_ADDRESS", "http://192.0.2.1");
  }

  /// What a monitor's metadata service says, one connection after the other.
  private void monitorSays(String hash, int questions) throws IOException {
    var listener = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    metadata = new MetadataService((java.net.InetSocketAddress) listener.getLocalSocketAddress());
    init = agent(state);
    String facts =
        "{\"instanceID\":\"imds\",\"envID\":\"tmds\",\"accessTokenHash\":\"" + hash + "\"}";
    Thread.ofVirtual().start(() -> serve(listener, facts, 2 * questions));
  }

  private static void serve(ServerSocket listener, String facts, int count) {
    try (listener) {
      for (int i = 0; i < count; i++) {
        try (Socket asked = listener.accept()) {
          var in = new WireInput(asked.getInputStream());
          String line = in.line(1000);
          var headers = HttpHeaders.read(in, 10_000);
          boolean token = line.startsWith("PUT /latest/api/token ");
          if (!token) assertThat(headers.first("X-metadata-token")).isEqualTo("a-token");
          String body = token ? "a-token" : facts;
          asked
              .getOutputStream()
              .write(
                  ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                      .getBytes(StandardCharsets.UTF_8));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theHostsHashAdmitsANewTokenAndNoOther() throws Exception {
    post("{\"accessToken\":\"old\"}");
    monitorSays(Hash.sha512("new"), 4);
    assertThat(post("{\"accessToken\":\"guess\"}")).isEqualTo(401);
    assertThat(post("{\"accessToken\":\"ol\\u0064\"}")).as("an escape in it").isEqualTo(400);
    assertThat(post("{}")).as("a reset").isEqualTo(401);
    assertThat(post("{\"accessToken\":\"new\"}")).isEqualTo(204);
    assertThat(state.admits("new")).isTrue();
    assertThat(state.admits("old")).isFalse();
    assertThat(state.variables())
        .containsEntry("E2B_SANDBOX_ID", "imds")
        .containsEntry("E2B_TEMPLATE_ID", "tmds");
    assertThat(post("{\"accessToken\":\"new\"}")).as("the same again").isEqualTo(204);
  }

  @Test
  void theHashOfNothingAllowsAReset() throws Exception {
    post("{\"accessToken\":\"old\"}");
    monitorSays(Hash.sha512(""), 1);
    assertThat(post("{}")).isEqualTo(204);
    assertThat(state.token()).isNull();
  }

  @Test
  void aFirstTokenMustBeTheOneThatTheHostWroteDown() throws Exception {
    monitorSays(Hash.sha512("right"), 2);
    assertThat(post("{\"accessToken\":\"wrong\"}")).isEqualTo(401);
    assertThat(post("{\"accessToken\":\"right\"}")).isEqualTo(204);
  }
}
