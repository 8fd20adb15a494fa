package atoll.agent.guest;

import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.core.json.JsonException;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.RandomPool;
import atoll.linux.kernel.SystemClock;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/// POST `/init`: the host gives this guest its time, randomness, identity, token and defaults. May
/// be repeated.
///
/// Calls are served one after another. Randomness and the clock come first: nothing else may use
/// old ones.
public final class Init {
  private static final int BODY_LIMIT = 8 << 20;
  private static final Duration BEHIND = Duration.ofMillis(50);
  private static final Duration AHEAD = Duration.ofSeconds(5);
  private static final System.Logger LOG = System.getLogger(Init.class.getName());

  private final GuestState state;
  private final String version;
  private final boolean machine;
  private Instant lastTimestamp = Instant.MIN;

  /// @param machine whether clock, randomness and host name are this guest's own; on a shared
  ///   machine they stay untouched
  public Init(GuestState state, String version, boolean machine) {
    this.state = state;
    this.machine = machine;
    this.version = version;
    if (machine) prepare();
  }

  /// Does once, before any snapshot, what a restored guest must do fast: each call of the C library
  /// is dear to link.
  private static void prepare() {
    attempt("writing E2B_SANDBOX", () -> Identity.write("E2B_SANDBOX", "true"));
    attempt("setting the clock", () -> SystemClock.step(Instant.now()));
  }

  public void handle(Request request, Response response) throws IOException {
    response.header("X-Envd-Version", version);
    InitBody body;
    byte[] bytes = request.body().readNBytes(BODY_LIMIT + 1);
    try {
      body = bytes.length > BODY_LIMIT ? null : InitBody.read(bytes);
    } catch (JsonException | IllegalArgumentException | DateTimeException e) {
      body = null;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    if (body == null) response.send(400);
    else apply(body, response);
  }

  private synchronized void apply(InitBody body, Response response) throws IOException {
    if (state.token() != null && !body.token().isEmpty() && !state.admits(body.token())) {
      response.send(401, "text/plain; charset=utf-8", "access token validation failed");
      return;
    }
    if (state.token() != null && body.token().isEmpty()) {
      response.send(401, "text/plain; charset=utf-8", "access token reset not authorized");
      return;
    }
    Instant time = body.timestamp();
    if (time == null || !time.isBefore(lastTimestamp)) {
      if (machine && !reseeded(body)) {
        response.send(
            500,
            "text/plain; charset=utf-8",
            "the kernel's random generator could not be reseeded");
        return;
      }
      if (time != null) lastTimestamp = time;
      takeOver(body);
    }
    response.header("Cache-Control", "no-store").send(204);
  }

  private void takeOver(InitBody body) {
    if (machine) takeOverMachine(body);
    if (body.variables() != null) state.userVariables(body.variables());
    if (!body.token().isEmpty()) state.token(body.token());
    identity("E2B_SANDBOX_ID", body.sandboxId());
    identity("E2B_TEMPLATE_ID", body.templateId());
    if (!body.user().isEmpty()) state.defaultUser(body.user());
    if (!body.workdir().isEmpty()) state.defaultWorkdir(body.workdir());
  }

  /// Two clones of one snapshot must never draw the same numbers: without this the guest does not
  /// go on.
  private static boolean reseeded(InitBody body) {
    try {
      if (body.entropy().length > 0) RandomPool.reseed(body.entropy());
      return true;
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "reseeding randomness", e);
      return false;
    } finally {
      Arrays.fill(body.entropy(), (byte) 0);
    }
  }

  private static void takeOverMachine(InitBody body) {
    if (body.timestamp() != null) attempt("setting the clock", () -> setClock(body.timestamp()));
    attempt("setting the host name", () -> Identity.hostname(body.hostname()));
  }

  private void identity(String variable, String value) {
    if (value.isEmpty()) return;
    state.systemVariable(variable, value);
    if (machine) attempt("writing " + variable, () -> Identity.write(variable, value));
  }

  private static void setClock(Instant time) throws KernelException {
    Instant now = Instant.now();
    if (now.isBefore(time.minus(BEHIND)) || now.isAfter(time.plus(AHEAD))) SystemClock.step(time);
  }

  private interface Step {
    void run() throws IOException;
  }

  /// What the kernel refuses, outside a microVM for instance, is told in the log and does not stop
  /// the rest.
  private static void attempt(String what, Step step) {
    try {
      step.run();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, what, e);
    }
  }
}
