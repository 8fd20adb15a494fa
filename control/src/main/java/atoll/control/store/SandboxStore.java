package atoll.control.store;

import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.core.json.Json;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The table of sandboxes. Every transition is one guarded update, so that racing callers agree on
/// who made it.
public final class SandboxStore {
  private final Database database;
  private final String node;

  /// @param node the node whose sandboxes these are
  public SandboxStore(Database database, String node) {
    this.database = database;
    this.node = node;
  }

  /// What is known of a sandbox before it is started.
  public record Reservation(
      SandboxId id,
      String templateId,
      String alias,
      boolean secured,
      Boolean internet,
      Json network,
      Map<String, String> metadata) {}

  /// Takes one of the team's places, or refuses.
  ///
  /// Not forced to disk: a reservation that a crash of the database loses makes its start fail, and
  /// nothing worse.
  public void reserve(Team team, Reservation wanted, Instant now) {
    boolean taken =
        database.transaction(sql -> {
          // LOCK: the team's row, so that two creates cannot both take the last place. A statement
          // of its own: the
          // count must not use a snapshot from before the wait.
          sql.first(LOCK_TEAM, row -> row.uuid("id"), team.id());
          return insert(sql, team, wanted, now) > 0;
        });
    if (!taken) throw full(team);
  }

  private static final String LOCK_TEAM =
      "select id, set_config('synchronous_commit', 'off', true) from teams where id = ? for update";

  private static Refusal full(Team team) {
    return new Refusal.TooMany(
        "concurrent_sandboxes_reached",
        "the team's limit of %d concurrent sandboxes is reached: kill one, or wait for one to end"
            .formatted(team.concurrentSandboxes()));
  }

  private int insert(Sql sql, Team team, Reservation wanted, Instant now) throws SQLException {
    return sql.change(
        """
        insert into sandboxes (id, team_id, node, template_id, alias, state, secured, internet, network, metadata, created_at)
        select ?, ?, ?, ?, ?, 'starting', ?, ?::boolean, ?::jsonb, ?::jsonb, ?::timestamptz
        where (select count(*) from sandboxes where team_id = ? and state in ('starting', 'running')) < ?\
        """,
        wanted.id().value(),
        team.id(),
        node,
        wanted.templateId(),
        wanted.alias(),
        wanted.secured(),
        wanted.internet(),
        text(wanted.network()),
        Json.of(wanted.metadata()).toString(),
        now,
        team.id(),
        team.concurrentSandboxes());
  }

  /// Starting becomes running, and its template has one start more. Empty if it ended in between.
  public Optional<SandboxRow> started(
      SandboxId id, SandboxRow.Shape shape, Json timeline, Instant startedAt, Instant endAt) {
    return one(
        """
        with counted as (
          insert into envs (id, spawn_count, last_spawned_at) select template_id, 1, ? from sandboxes where id = ?
          on conflict (id) do update set spawn_count = envs.spawn_count + 1, last_spawned_at = excluded.last_spawned_at)
        update sandboxes set state = 'running', agent_version = ?, cpu_count = ?, memory_mib = ?, disk_mib = ?,
          timeline = ?::jsonb, started_at = ?, end_at = ? where id = ? and state = 'starting' returning *\
        """,
        startedAt,
        id.value(),
        shape.agentVersion(),
        shape.cpuCount(),
        shape.memoryMib(),
        shape.diskMib(),
        timeline.toString(),
        startedAt,
        endAt,
        id.value());
  }

  /// Replaces what was asked for the network of a running sandbox. Empty if it does not run.
  public Optional<SandboxRow> network(UUID team, SandboxId id, Boolean internet, Json network) {
    return one(
        "update sandboxes set internet = ?::boolean, network = ?::jsonb where team_id = ? and id ="
            + " ? and state = 'running' returning *",
        internet,
        text(network),
        team,
        id.value());
  }

  private static String text(Json json) {
    return json == null ? null : json.toString();
  }

  /// Whatever is stored under this id, ended ones included.
  public Optional<SandboxRow> find(UUID team, SandboxId id) {
    return one("select * from sandboxes where team_id = ? and id = ?", team, id.value());
  }

  /// Moves the end of a running sandbox, to earlier too. Empty if it does not run.
  public Optional<SandboxRow> endAt(UUID team, SandboxId id, Instant endAt) {
    return one(
        "update sandboxes set end_at = ? where team_id = ? and id = ? and state = 'running'"
            + " returning *",
        endAt,
        team,
        id.value());
  }

  /// As [#endAt], but only ever to later.
  public Optional<SandboxRow> extendTo(UUID team, SandboxId id, Instant endAt) {
    return one(
        "update sandboxes set end_at = greatest(end_at, ?) where team_id = ? and id = ? and state ="
            + " 'running' returning *",
        endAt,
        team,
        id.value());
  }

  /// Running becomes killing. Empty if it does not run: somebody else ended it.
  public Optional<SandboxRow> beginKill(UUID team, SandboxId id) {
    return one(
        "update sandboxes set state = 'killing', end_reason = 'killed' where team_id = ? and id = ?"
            + " and state = 'running' returning *",
        team,
        id.value());
  }

  /// Running becomes killing if its time is over.
  public Optional<SandboxRow> beginExpiry(SandboxId id, Instant now) {
    return one(
        "update sandboxes set state = 'killing', end_reason = 'timeout' where id = ? and state ="
            + " 'running' and end_at <= ? returning *",
        id.value(),
        now);
  }

  /// When it expires; empty if it does not run.
  public Optional<Instant> endOf(SandboxId id) {
    return database.run(sql ->
        sql.first(
            "select end_at from sandboxes where id = ? and state = 'running'",
            row -> row.instant("end_at"),
            id.value()));
  }

  /// The node has nothing of it any more. Keeps the reason that it was killed for, if there is one
  /// already.
  public boolean ended(SandboxId id, SandboxRow.End end) {
    return database.run(sql ->
        sql.change(
            """
            update sandboxes set state = 'ended', ended_at = ?, end_reason = coalesce(end_reason, ?),
              end_message = coalesce(end_message, ?), console = coalesce(console, ?) where id = ? and state <> 'ended'\
            """,
            end.at(),
            end.reason(),
            end.message(),
            end.console(),
            id.value()))
        > 0;
  }

  /// All of this node's that have not ended, of every team.
  public List<SandboxRow> alive() {
    return database.run(sql ->
        sql.list(
            "select * from sandboxes where node = ? and state <> 'ended'",
            SandboxRows::read,
            node));
  }

  public List<SandboxRow> list(SandboxQuery query) {
    var values = new ArrayList<Object>();
    var where = new StringBuilder(filter(query, values));
    if (query.after() != null) {
      where.append(
          query.ascending()
              ? " and (started_at > ? or (started_at = ? and id < ?))"
              : " and (started_at < ? or (started_at = ? and id > ?))");
      values.addAll(
          List.of(query.after().startedAt(), query.after().startedAt(), query.after().id()));
    }
    values.add(query.limit());
    String order = query.ascending() ? "started_at, id desc" : "started_at desc, id";
    String statement = "select * from sandboxes where " + where + " order by " + order + " limit ?";
    return database.run(sql -> sql.list(statement, SandboxRows::read, values.toArray()));
  }

  /// How many there are before paging.
  public int count(SandboxQuery query) {
    var values = new ArrayList<Object>();
    String statement = "select count(*) as n from sandboxes where " + filter(query, values);
    return database.run(
        sql -> sql.first(statement, row -> row.whole("n"), values.toArray()).orElse(0));
  }

  private static String filter(SandboxQuery query, List<Object> values) {
    var where = new StringBuilder("team_id = ? and state = 'running'");
    values.add(query.teamId());
    if (!query.metadata().isEmpty()) {
      where.append(" and metadata @> ?::jsonb");
      values.add(Json.of(query.metadata()).toString());
    }
    if (query.templateId() != null) {
      where.append(" and template_id = ?");
      values.add(query.templateId());
    }
    if (query.startedAfter() != null) {
      where.append(" and started_at >= ?");
      values.add(query.startedAfter());
    }
    return where.toString();
  }

  /// Forgets sandboxes that ended before `before`.
  public int forgetEnded(Instant before) {
    return database.run(
        sql -> sql.change("delete from sandboxes where state = 'ended' and ended_at < ?", before));
  }

  private Optional<SandboxRow> one(String statement, Object... values) {
    return database.run(sql -> sql.first(statement, SandboxRows::read, values));
  }
}
