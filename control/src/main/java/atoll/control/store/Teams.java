package atoll.control.store;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Teams and their API keys.
public final class Teams {
  private static final SecureRandom RANDOM = new SecureRandom();

  /// Writing the moment of every use would turn each read into a write.
  private static final Duration LAST_USED_GRAIN = Duration.ofMinutes(1);

  private final Database database;

  public Teams(Database database) {
    this.database = database;
  }

  /// The team whose key this is; empty for a key that nobody has.
  public Optional<Team> byKey(ApiKey key, Instant now) {
    String hash = key.hash();
    return database.run(sql -> {
      Optional<Found> found = sql.first(BY_KEY, Teams::found, now.minus(LAST_USED_GRAIN), hash);
      if (found.isPresent() && found.get().stale()) {
        sql.change("update team_api_keys set last_used = ? where api_key_hash = ?", now, hash);
      }
      return found.map(Found::team);
    });
  }

  private record Found(Team team, boolean stale) {}

  private static final String BY_KEY =
      """
      select t.*, (k.last_used is null or k.last_used < ?) as stale
      from team_api_keys k join teams t on t.id = k.team_id where k.api_key_hash = ?\
      """;

  private static Found found(Columns row) throws SQLException {
    return new Found(team(row), row.bool("stale"));
  }

  private static Team team(Columns row) throws SQLException {
    return new Team(
        row.uuid("id"),
        row.text("name"),
        row.text("slug"),
        row.whole("concurrent_sandboxes"),
        Duration.ofHours(row.whole("max_length_hours")),
        row.bool("is_banned"));
  }

  /// Makes the default team if there is none, sets its limits, and returns it.
  public Team ensureDefault(int concurrentSandboxes, Duration longestLife, Instant now) {
    return database.run(sql ->
        sql.first(
                """
                insert into teams (id, name, slug, concurrent_sandboxes, max_length_hours, created_at)
                values (?, 'Default', 'default', ?, ?, ?)
                on conflict (slug) do update set concurrent_sandboxes = excluded.concurrent_sandboxes,
                  max_length_hours = excluded.max_length_hours
                returning *\
                """,
                Teams::team,
                UUID.randomUUID(),
                concurrentSandboxes,
                (int) longestLife.toHours(),
                now)
            .orElseThrow());
  }

  /// The first key of a team that has none; empty if it has one. Only the hash is kept: hand the
  /// key on at once.
  public Optional<ApiKey> firstKey(Team team, Instant now) {
    return database.transaction(sql -> {
      sql.first("select id from teams where id = ? for update", row -> row.uuid("id"), team.id());
      var any =
          sql.first(
              "select id from team_api_keys where team_id = ? limit 1",
              row -> row.uuid("id"),
              team.id());
      return any.isPresent()
          ? Optional.empty()
          : Optional.of(insertKey(sql, team, "first key", now));
    });
  }

  public ApiKey newKey(Team team, String name, Instant now) {
    return database.run(sql -> insertKey(sql, team, name, now));
  }

  private static ApiKey insertKey(Sql sql, Team team, String name, Instant now)
      throws SQLException {
    ApiKey key = ApiKey.next(RANDOM);
    String digits = key.digits();
    sql.change(
        """
        insert into team_api_keys (id, team_id, name, api_key_hash, prefix, value_length, mask_prefix, mask_suffix, created_at)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)\
        """,
        UUID.randomUUID(),
        team.id(),
        name,
        key.hash(),
        ApiKey.PREFIX,
        digits.length(),
        digits.substring(0, 2),
        digits.substring(digits.length() - 4),
        now);
    return key;
  }
}
