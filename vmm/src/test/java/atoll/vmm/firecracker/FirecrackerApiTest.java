package atoll.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.vmm.VmmException;
import atoll.vmm.firecracker.FirecrackerApi.Call;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirecrackerApiTest {
  private static final Call START =
      Call.put("/actions", Json.object("action_type", "InstanceStart"));

  @TempDir private Path folder;
  private ScriptedFirecracker server;
  private FirecrackerApi api;

  @BeforeEach
  void listen() throws IOException {
    server = new ScriptedFirecracker(folder.resolve("api.sock"));
    api = new FirecrackerApi(folder.resolve("api.sock"));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  @Test
  void aCallGoesOutWithItsBody() throws IOException {
    assertThat(api.call(START, soon())).isEqualTo(Json.EMPTY);
    assertThat(server.body("PUT /actions").text("action_type")).contains("InstanceStart");
  }

  @Test
  void anAnswerWithABodyIsRead() throws IOException {
    server.answer("GET /", "200 OK", "{\"id\":\"x\",\"state\":\"Running\"}");
    assertThat(api.call(new Call("GET", "/", null), soon()).text("state")).contains("Running");
  }

  @Test
  void aRefusalHasAReasonAndTheMonitorsWords() {
    server.refuse("PUT /actions", "Start microvm error: Cannot start microvm without kernel.");
    assertThatThrownBy(() -> api.call(START, soon()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("vmm_refused"))
        .hasMessage(
            "Firecracker refuses PUT /actions: Start microvm error: Cannot start microvm without kernel.");
  }

  /// The limit on a request's size is refused under another key.
  @Test
  void theOtherKeyOfAnErrorIsReadToo() {
    server.answer(
        "PUT /actions",
        "400 Bad Request",
        "{\"error\": \"Request payload with size 52008 is larger than the limit of 51200\"}");
    assertThatThrownBy(() -> api.call(START, soon())).hasMessageContaining("larger than the limit");
  }

  @Test
  void anApiThatHangsEndsAtTheDeadline() {
    server.hang("PUT /actions");
    assertThatThrownBy(() -> api.call(START, Deadline.after(Duration.ofMillis(50))))
        .isInstanceOf(VmmException.class)
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("in time");
  }

  @Test
  void anApiThatBreaksOffSaysSo() {
    server.cut("PUT /actions");
    assertThatThrownBy(() -> api.call(START, soon()))
        .isInstanceOf(VmmException.class)
        .hasMessageContaining("broke off PUT /actions");
  }

  @Test
  void anAnswerWithoutEndIsNotCollected() {
    server.answer("PUT /actions", "200 OK", "x".repeat(300 << 10));
    assertThatThrownBy(() -> api.call(START, soon())).isInstanceOf(VmmException.class);
  }

  @Test
  void anAnswerThatIsNoJsonIsAFault() {
    server.answer("PUT /actions", "200 OK", "<html>");
    assertThatThrownBy(() -> api.call(START, soon())).hasMessageContaining("not a JSON object");
  }

  @Test
  void nobodyListening() throws IOException {
    api.connect().orElseThrow().close();
    server.close();
    assertThat(api.connect()).isEmpty();
    assertThat(new FirecrackerApi(folder.resolve("none.sock")).connect()).isEmpty();
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }
}
