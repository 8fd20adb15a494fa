package atoll.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.vmm.VmmException;
import atoll.vmm.io.IoLoop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The control conversation against a scripted monitor.
@Timeout(10)
class QmpTest {
  private static final String GREETING = "{\"QMP\":{\"version\":{}}}\n";
  private static final String READY = "{\"return\":{},\"id\":7}\n";

  @TempDir Path directory;
  private final LinkedBlockingQueue<Json.Obj> events = new LinkedBlockingQueue<>();

  @Test
  void commandsAreAnsweredAndEventsAreDelivered() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      monitor.say(GREETING + READY);
      var answer = qmp.send("query-status", Json.EMPTY);
      monitor.hear("qmp_capabilities");
      monitor.hear("query-status");
      monitor.say("{\"event\":\"RESUME\"}\r\n{\"return\":{\"running\":true}}\n");
      assertThat(((Json.Obj) Waiting.await(answer, "answer", soon())).bool("running"))
          .contains(true);
      assertThat(events.poll(5, TimeUnit.SECONDS).text("event")).contains("RESUME");
    }
  }

  @Test
  void answersMayComeInAnyPieces() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      var first = qmp.send("a", Json.EMPTY);
      var second = qmp.send("b", Json.EMPTY);
      for (String piece :
          (GREETING + READY + "{\"return\":2}\n{\"return\":3}\n").split("(?<=[:,])"))
        monitor.say(piece);
      assertThat(Waiting.await(first, "answer", soon())).isEqualTo(Json.of(2));
      assertThat(Waiting.await(second, "answer", soon())).isEqualTo(Json.of(3));
    }
  }

  @Test
  void whatAnEarlierConversationAskedIsNotOurs() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      var answer = qmp.send("query-status", Json.EMPTY);
      monitor.say(GREETING + "{\"return\":1}\n{\"error\":{}}\n{\"return\":2,\"id\":6}\n");
      monitor.say(READY + "{\"return\":3}\n");
      assertThat(Waiting.await(answer, "answer", soon())).isEqualTo(Json.of(3));
    }
  }

  @Test
  void nothingGoesThroughAClosedOne() throws Exception {
    try (var monitor = monitor()) {
      var qmp = connect(monitor);
      for (int i = 0; i < 50; i++) qmp.send("query-status", Json.EMPTY);
      qmp.close();
      assertThat(qmp.send("stop", Json.EMPTY)).isCompletedExceptionally();
    }
  }

  @Test
  void refusalCarriesTheMonitorsOwnWords() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      var answer = qmp.send("cont", Json.EMPTY);
      monitor.say(
          GREETING
              + READY
              + "{\"error\":{\"class\":\"GenericError\",\"desc\":\"no such thing\"}}\n");
      assertFails(answer, "no such thing");
      var next = qmp.send("cont", Json.EMPTY);
      monitor.say("{\"return\":{}}\n");
      Waiting.await(next, "answer", soon());
    }
  }

  @Test
  void garbageEndsTheConversation() throws Exception {
    assertEndsWith(GREETING + "\u0001\u0002 hello\n", "not a JSON object");
  }

  @Test
  void anArrayEndsTheConversation() throws Exception {
    assertEndsWith("[]\n", "not a JSON object");
  }

  @Test
  void anAnswerThatNobodyAskedForEndsTheConversation() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      var answer = qmp.send("cont", Json.EMPTY);
      monitor.say(GREETING + READY + "{\"return\":{}}\n");
      Waiting.await(answer, "answer", soon());
      monitor.say("{\"return\":{}}\n");
      monitor.awaitEnd();
      assertFails(qmp.send("cont", Json.EMPTY), "not sent");
    }
  }

  @Test
  void anEndlessLineEndsTheConversation() throws Exception {
    assertEndsWith("x".repeat(Qmp.LONGEST_LINE + 1), "a line of more than");
  }

  @Test
  void closingInTheMiddleOfAnAnswerFailsEveryWaiter() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      var answer = qmp.send("cont", Json.EMPTY);
      monitor.say(GREETING + READY + "{\"return\":{\"a");
      monitor.hangUp();
      assertFails(answer, "closed its control socket");
      assertFails(qmp.send("cont", Json.EMPTY), "closed its control socket");
    }
  }

  @Test
  void silenceEndsAtTheDeadline() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      var answer = qmp.send("cont", Json.EMPTY);
      var brief = Deadline.after(Duration.ofMillis(50));
      assertThatThrownBy(() -> Waiting.await(answer, "answer", brief))
          .isInstanceOf(VmmException.class)
          .hasMessageContaining("in time");
    }
  }

  @Test
  void silenceDoesNotPileUpCommands() throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      for (int i = 1; i < Qmp.MOST_OPEN; i++) assertThat(qmp.send("cont", Json.EMPTY)).isNotDone();
      assertFails(qmp.send("cont", Json.EMPTY), "unanswered");
    }
  }

  @Test
  void nobodyListening() {
    assertThatThrownBy(
            () -> Qmp.connect(new IoLoop("test"), directory.resolve("none.sock"), events::add))
        .isInstanceOf(java.io.IOException.class);
  }

  private void assertEndsWith(String said, String cause) throws Exception {
    try (var monitor = monitor();
        var qmp = connect(monitor)) {
      var answer = qmp.send("cont", Json.EMPTY);
      monitor.say(said);
      assertFails(answer, cause);
      assertFails(qmp.greeting().thenCompose(_ -> qmp.send("cont", Json.EMPTY)), cause);
    }
  }

  private static void assertFails(CompletableFuture<?> answer, String words) {
    assertThatThrownBy(() -> Waiting.await(answer, "answer", soon()))
        .isInstanceOf(VmmException.class)
        .hasMessageContaining(words);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }

  private ScriptedMonitor monitor() throws Exception {
    return new ScriptedMonitor(directory.resolve("qmp.sock"));
  }

  private Qmp connect(ScriptedMonitor monitor) throws Exception {
    var qmp = Qmp.connect(new IoLoop("test"), monitor.path(), events::add, Json.EMPTY, 7);
    monitor.accept();
    return qmp;
  }
}
