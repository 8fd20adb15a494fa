package atoll.agent.guest;

import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.core.json.JsonException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/// POST `/init`: the host gives this guest its time, randomness, identity, token and defaults. May
/// be repeated.
///
/// Calls are served one after another. Randomness and the clock come first: nothing else may use
/// old ones. An agent that owns its machine answers nothing else before the first of them, and
/// again after one that says `sealed`: a snapshot follows that, and its clones wait for who they
/// are.
public final class Init {
  private static final int BODY_LIMIT = 8 << 20;
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final GuestState state;
  private final String version;
  private final Machine machine;
  private final SavedState saved;
  private final CaBundle authorities;
  private final MetadataService metadata;
  private final Runnable onIdentity;
  private Instant lastTimestamp = Instant.MIN;

  /// @param ownMachine whether clock, randomness and host name are this guest's own; on a shared
  ///   machine they stay untouched
  /// @param metadata where the monitor's metadata service answers, or null if there is none
  /// @param onIdentity what must not outlive a change of identity ends here
  public Init(
      GuestState state,
      String version,
      boolean ownMachine,
      InetSocketAddress metadata,
      Runnable onIdentity) {
    this(
        state,
        version,
        ownMachine ? new KernelMachine() : null,
        ownMachine ? new SavedState(Path.of("/run/atoll-agent/state")) : null,
        new CaBundle(Path.of("/")),
        metadata == null ? null : new MetadataService(metadata),
        onIdentity);
    if (ownMachine)
      KernelMachine.attempt("writing E2B_SANDBOX", () -> Identity.write("E2B_SANDBOX", "true"));
  }

  /// @param machine null on a machine that is not ours
  /// @param saved null where nothing is kept
  /// @param metadata null where there is no such service
  Init(
      GuestState state,
      String version,
      Machine machine,
      SavedState saved,
      CaBundle authorities,
      MetadataService metadata,
      Runnable onIdentity) {
    this.state = state;
    this.version = version;
    this.machine = machine;
    this.saved = saved;
    this.authorities = authorities;
    this.metadata = metadata;
    this.onIdentity = onIdentity;
    if (saved != null) comeBack();
  }

  /// An agent that was killed comes back as who it was.
  private void comeBack() {
    KernelMachine.attempt(
        "reading the saved identity", () -> state.awaitsIdentity(!saved.restore(state)));
  }

  public void handle(Request request, Response response) throws IOException {
    byte[] bytes = request.body().readNBytes(BODY_LIMIT + 1);
    Reply reply = take(bytes);
    response.header("X-Envd-Version", version);
    if (reply.status() == 204) response.header("Cache-Control", "no-store");
    if (reply.text() == null) response.send(reply.status());
    else response.send(reply.status(), PLAIN, reply.text());
  }

  /// @param text null for an empty body
  record Reply(int status, String text) {}

  /// Does what the body says; its bytes, which may hold a token, are wiped.
  Reply take(byte[] bytes) throws IOException {
    InitBody body;
    try {
      body = bytes.length > BODY_LIMIT ? null : InitBody.read(bytes);
    } catch (JsonException | IllegalArgumentException | DateTimeException e) {
      body = null;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    return body == null ? new Reply(400, null) : apply(body);
  }

  private synchronized Reply apply(InitBody body) throws IOException {
    MetadataService.Facts facts = facts();
    String refusal = refusal(body, facts.tokenHash());
    if (refusal != null) return new Reply(401, refusal);
    Instant time = body.timestamp();
    if (time != null && time.isBefore(lastTimestamp)) return new Reply(204, null);
    if (machine != null && !machine.reseeded(body.entropy()))
      return new Reply(500, "the kernel's random generator could not be reseeded");
    if (time != null) lastTimestamp = time;
    if (machine != null && !machine.addressed(body.addresses()))
      return new Reply(500, "the card could not be given its addresses");
    String wrong = takeOver(body, facts);
    return wrong == null ? new Reply(204, null) : new Reply(400, wrong);
  }

  /// What the host says through the monitor; nothing where there is no such service or it fails.
  private MetadataService.Facts facts() {
    var none = new MetadataService.Facts("", "", "");
    if (metadata == null) return none;
    try {
      return metadata.read();
    } catch (IOException e) {
      log().log(System.Logger.Level.WARNING, "reading the metadata service", e);
      return none;
    }
  }

  /// Why this body's token may not give an identity, or null. A token is good if it is the present
  /// one, if its hash is the one that the host wrote down, or as the first one where the host wrote
  /// down none.
  private String refusal(InitBody body, String hash) {
    boolean same = state.token() != null && !body.token().isEmpty() && state.admits(body.token());
    if (same || state.token() == null && hash.isEmpty()) return null;
    if (!hash.isEmpty() && Hash.sha512(body.token()).equalsIgnoreCase(hash)) return null;
    return body.token().isEmpty()
        ? "access token reset not authorized"
        : "access token validation failed";
  }

  /// What is wrong with a part that may fail, or null.
  private String takeOver(InitBody body, MetadataService.Facts facts) throws IOException {
    boolean another = isAnother(body);
    if (machine != null) machine.takeOver(body, another);
    if (body.variables() != null) state.userVariables(body.variables());
    state.token(body.token().isEmpty() ? null : body.token());
    identity("E2B_SANDBOX_ID", first(body.sandboxId(), facts.sandboxId()));
    identity("E2B_TEMPLATE_ID", first(body.templateId(), facts.templateId()));
    if (Identity.isAddress(body.events()))
      state.systemVariable("E2B_EVENTS_ADDRESS", "http://" + body.events());
    if (!body.user().isEmpty()) state.defaultUser(body.user());
    if (!body.workdir().isEmpty()) state.defaultWorkdir(body.workdir());
    if (another) onIdentity.run();
    remember(body.sealed());
    return rest(body);
  }

  private static String first(String said, String otherwise) {
    return said.isEmpty() ? otherwise : said;
  }

  private boolean isAnother(InitBody body) {
    String present = state.variables().getOrDefault("E2B_SANDBOX_ID", "");
    return state.awaitsIdentity()
        || !body.sandboxId().isEmpty() && !body.sandboxId().equals(present);
  }

  private String rest(InitBody body) {
    if (body.hasVolumes()) return "volume mounts are not supported by this agent";
    if (body.caBundle().isEmpty()) return null;
    try {
      authorities.install(body.caBundle());
      return null;
    } catch (IOException | IllegalArgumentException e) {
      log().log(System.Logger.Level.WARNING, "installing the CA bundle", e);
      return "installing the CA bundle: " + e.getMessage();
    }
  }

  /// From here on others may work, or must wait again. Without a file a killed agent waits as well.
  private void remember(boolean sealed) throws IOException {
    if (machine == null) return;
    if (sealed) saved.forget();
    else KernelMachine.attempt("keeping the identity", () -> saved.save(state));
    state.awaitsIdentity(sealed);
  }

  private void identity(String variable, String value) {
    if (value.isEmpty()) return;
    state.systemVariable(variable, value);
    if (machine != null)
      KernelMachine.attempt("writing " + variable, () -> Identity.write(variable, value));
  }

  /// Looked up when there is something to say: finding it would be a third of the agent's start.
  private static System.Logger log() {
    return System.getLogger(Init.class.getName());
  }
}
