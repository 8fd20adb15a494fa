package atoll.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Patience;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Starts of sandboxes that go wrong: the answer says what broke, and nothing is left behind.
@Tag("real")
@Tag("e2e")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StartFaultTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration LONG = Duration.ofMinutes(4);
  private static final int TRIES = 20;

  private Atoll atoll;
  private Api api;
  private Host before;

  @BeforeEach
  void start() throws Exception {
    atoll = Atoll.shared();
    api = new Api(atoll);
    for (String id : api.running()) api.delete("/sandboxes/" + id);
    before = Host.sandboxesOf(atoll);
  }

  /// A create that is under way, and its monitor the moment it is there.
  private record Begun(CompletableFuture<Api.Answer> answer, ProcessHandle monitor) {}

  private Begun begin() throws Exception {
    Set<Long> old = new HashSet<>();
    atoll.monitors().forEach(m -> old.add(m.pid()));
    var answer = api.createLater();
    ProcessHandle monitor =
        Until.found(
            SOON,
            "a monitor",
            () -> {
              if (answer.isDone())
                throw new AssertionError("no monitor was seen: " + answer.join());
              return atoll.monitors().stream().filter(m -> !old.contains(m.pid())).findFirst();
            });
    return new Begun(answer, monitor);
  }

  private static Api.Answer answer(CompletableFuture<Api.Answer> coming) throws Exception {
    return coming.get(Project.atMost(LONG).toSeconds(), TimeUnit.SECONDS);
  }

  private void nothingIsLeft() throws Exception {
    Until.holds(
        SOON,
        "nothing left of the sandbox",
        () -> Host.sandboxesOf(atoll).beyond(before).isEmpty());
    assertThat(api.running()).isEmpty();
  }

  @Test
  void aMonitorKilledInMidStartIsNamed() throws Exception {
    Optional<Api.Answer> failed = Optional.empty();
    for (int i = 0; i < TRIES && failed.isEmpty(); i++) {
      Begun begun = begin();
      begun.monitor().destroyForcibly();
      var answer = answer(begun.answer());
      if (answer.status() == 201)
        api.delete("/sandboxes/" + answer.text("sandboxID")); // it was ready a moment before
      else failed = Optional.of(answer);
    }
    assertThat(failed).as("a start that was still under way when its monitor died").isPresent();
    assertThat(failed.get().status()).isEqualTo(500);
    assertThat(failed.get().text("reason")).isEqualTo("vmm_exited");
    // On whichever rung its end was noticed: the reason is the same, the signal is told.
    assertThat(failed.get().text("message")).contains("did not start", "killed by signal 9");
    nothingIsLeft();
  }

  @Test
  void anAgentThatNeverAnswersIsNamedWithinItsDeadline() throws Exception {
    Begun begun = begin();
    Program.of("kill", "-STOP", Long.toString(begun.monitor().pid())).run(SOON).expectSuccess();
    var answer = answer(begun.answer());
    assertThat(answer.status()).as(answer.toString()).isEqualTo(500);
    assertThat(answer.text("reason"))
        .matches("agent_unreachable|agent_unhealthy|agent_init_failed|vmm_\\w+|start_failed");
    assertThat(answer.text("message")).isNotBlank();
    nothingIsLeft();
  }

  @Test
  void afterAllThatAStartSucceeds() throws Exception {
    var answer = api.create();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    String id = answer.text("sandboxID");
    assertThat(api.health(id).status()).isEqualTo(204);
    assertThat(api.delete("/sandboxes/" + id).status()).isEqualTo(204);
    assertThat(api.health(id).text("message")).contains("was not found");
    nothingIsLeft();
  }

  @Test
  void manyAtOnceAllSucceed() throws Exception {
    int many = Patience.ofEnvironment().equals(Patience.USUAL) ? 20 : 4;
    var answers = java.util.stream.Stream.generate(api::createLater).limit(many).toList();
    for (var answer : answers)
      assertThat(answer(answer).status()).as(answer.join().toString()).isEqualTo(201);
    assertThat(api.running()).hasSize(many);
    for (var answer : answers)
      assertThat(api.delete("/sandboxes/" + answer.join().text("sandboxID")).status())
          .isEqualTo(204);
    nothingIsLeft();
  }
}
