package atoll.control.store;

import atoll.core.SandboxId;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Creates that carried an `Idempotency-Key`: the same key and request must give the same sandbox.
public final class IdempotencyKeys {
  private final Database database;

  public IdempotencyKeys(Database database) {
    this.database = database;
  }

  /// What is known of a key.
  ///
  /// @param owner the run of control that works or worked on it
  /// @param sandbox null until done
  public record Claim(String fingerprint, UUID owner, SandboxId sandbox) {}

  /// Takes the key for `owner`; returns the earlier claim if there is one.
  public Optional<Claim> claim(UUID team, String key, String fingerprint, UUID owner, Instant now) {
    return database.transaction(sql -> {
      int taken =
          sql.change(
              """
              insert into idempotency_keys (team_id, key, fingerprint, owner, created_at) values (?, ?, ?, ?, ?)
              on conflict do nothing\
              """,
              team,
              key,
              fingerprint,
              owner,
              now);
      if (taken > 0) return Optional.empty();
      var earlier =
          sql.first(
              "select * from idempotency_keys where team_id = ? and key = ?",
              IdempotencyKeys::claim,
              team,
              key);
      return earlier.or(() ->
          Optional.of(
              new Claim(fingerprint, owner, null))); // given back this very moment: ask again
    });
  }

  private static Claim claim(Columns row) throws SQLException {
    String sandbox = row.text("sandbox_id");
    return new Claim(
        row.text("fingerprint"),
        row.uuid("owner"),
        sandbox == null ? null : new SandboxId(sandbox));
  }

  public void done(UUID team, String key, SandboxId sandbox) {
    database.run(sql ->
        sql.change(
            "update idempotency_keys set sandbox_id = ? where team_id = ? and key = ?",
            sandbox.value(),
            team,
            key));
  }

  /// Gives the key back: what was asked for did not happen.
  public void release(UUID team, String key) {
    database.run(sql ->
        sql.change(
            "delete from idempotency_keys where team_id = ? and key = ? and sandbox_id is null",
            team,
            key));
  }

  public int forget(Instant before) {
    return database.run(
        sql -> sql.change("delete from idempotency_keys where created_at < ?", before));
  }
}
