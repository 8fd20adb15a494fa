package atoll.control.http;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.core.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void everyBodyHasCodeAndMessage() {
    Throwable[] problems = {
      new Refusal.Invalid("r", "m"),
      new Refusal.NotFound("r", "m"),
      new Refusal.Unavailable("r", "m", null),
      new Refusal.NotImplemented("m", null),
      new Refusal.TooMany("r", "m"),
      new Fault(418, "r", "m"),
      new StackOverflowError()
    };
    for (Throwable problem : problems) {
      Reply reply = Errors.reply(problem, "id");
      Json.Obj body = (Json.Obj) reply.body();
      assertThat(body.whole("code")).contains((long) reply.status());
      assertThat(body.text("message")).isPresent();
      assertThat(body.text("requestId")).contains("id");
    }
  }

  @Test
  void whatTheContractHasANameForHasThatNameToo() {
    Json.Obj full = body(new Refusal.Unavailable("no_slot", "all 250 are in use", null));
    assertThat(full.text("error_code")).contains("sandbox_capacity_unavailable");
    assertThat(full.text("message")).contains("Failed to place sandbox: all 250 are in use");
    Json.Obj broken = body(new Refusal.Failed(Rung.CARRIER.code(), "m", null, null, null));
    assertThat(broken.text("error_code")).contains("sandbox_create_failed");
    assertThat(body(new Refusal.Invalid("r", "m")).text("error_code")).isEmpty();
  }

  private static Json.Obj body(Throwable problem) {
    return (Json.Obj) Errors.reply(problem, "id").body();
  }

  @Test
  void clientsAreToldWhetherToRepeat() {
    assertThat(Errors.reply(new Refusal.Unavailable("r", "m", null), "id").headers())
        .isEqualTo(Map.of("Should-Retry", "true", "Retry-After", "1"));
    assertThat(Errors.reply(new Refusal.TooMany("r", "m"), "id").headers())
        .containsKey("Retry-After");
    assertThat(Errors.reply(new Refusal.Failed("r", "m", null, null, null), "id").headers())
        .isEqualTo(Map.of("Should-Retry", "false"));
    assertThat(Errors.reply(new Refusal.NotFound("r", "m"), "id").headers()).isEmpty();
  }
}
