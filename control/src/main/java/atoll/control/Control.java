package atoll.control;

import atoll.control.http.Api;
import atoll.control.http.Services;
import atoll.control.postgres.DatabaseAddress;
import atoll.control.postgres.EmbeddedPostgres;
import atoll.control.sandbox.Sandboxes;
import atoll.control.sandbox.Templates;
import atoll.control.sandbox.Tokens;
import atoll.control.store.ApiKey;
import atoll.control.store.Database;
import atoll.control.store.Team;
import atoll.control.store.Teams;
import atoll.control.store.TemplateCounts;
import atoll.protocol.node.NodeService;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The control plane of one installation: database, sandboxes' lives, and the API, wired together.
///
/// - **Owner** whoever opened it. [#close()] answers what is being asked, stops the embedded
///   database and leaves the sandboxes running: they belong to the node. May be repeated.
/// - **Fails** to open with an [IOException] for a busy port, a
///   [atoll.control.postgres.PostgresException] for the embedded database, a [atoll.core.Refusal]
///   for an absent external one.
public final class Control implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final InstantSource clock;
  private Teams teams;
  private Team team;
  private ApiKey firstKey;
  private Api api;
  private EmbeddedPostgres postgres;

  private Control(InstantSource clock) {
    this.clock = clock;
  }

  /// Returns when requests are answered.
  public static Control open(ControlConfig config, NodeService node) throws IOException {
    return open(config, node, InstantSource.system());
  }

  static Control open(ControlConfig config, NodeService node, InstantSource clock)
      throws IOException {
    var control = new Control(clock);
    try {
      control.start(config, node);
      return control;
    } catch (IOException | RuntimeException e) {
      control.close();
      throw e;
    }
  }

  private void start(ControlConfig config, NodeService node) throws IOException {
    Files.createDirectories(config.home());
    Database database = own(Database.open(databaseOf(config)));
    teams = new Teams(database);
    Instant now = clock.instant();
    team = teams.ensureDefault(config.concurrentSandboxes(), config.longestLife(), now);
    Tokens tokens = Tokens.in(config.home());
    Sandboxes sandboxes = own(Sandboxes.open(database, node, config.node(), tokens, clock));
    var services =
        new Services(
            database,
            teams,
            sandboxes,
            new Templates(node),
            new TemplateCounts(database),
            tokens,
            node,
            clock,
            config.domain());
    api = own(Api.open(config.listen(), config.limits(), services));
    firstKey =
        teams.firstKey(team, now).orElse(null); // last, so that a start that fails hides no key
  }

  private DatabaseAddress databaseOf(ControlConfig config) {
    if (config.database() != null) return config.database();
    postgres = own(EmbeddedPostgres.open(config.home()));
    return postgres.address();
  }

  private <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /// Where the API really listens.
  public InetSocketAddress address() {
    return api.address();
  }

  /// The key that was made because there was none; empty on every later start. The caller keeps it:
  /// only a hash is stored.
  public Optional<String> firstKey() {
    return Optional.ofNullable(firstKey).map(ApiKey::value);
  }

  /// One more key of the default team, for a caller that lost the first.
  public String newKey(String name) {
    return teams.newKey(team, name, clock.instant()).value();
  }

  /// Process number of the embedded database server; 0 if there is none.
  public long databasePid() {
    return postgres == null ? 0 : postgres.pid();
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) close(parts.pop());
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      System.getLogger(Control.class.getName())
          .log(System.Logger.Level.WARNING, "closing failed", e);
    }
  }
}
