package atoll.control.store;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/// How often sandboxes were started from each template.
public final class TemplateCounts {
  private final Database database;

  public TemplateCounts(Database database) {
    this.database = database;
  }

  /// What one template was used for.
  ///
  /// @param lastSpawnedAt null if never
  public record Count(String templateId, long spawned, Instant lastSpawnedAt) {
    public static Count none(String templateId) {
      return new Count(templateId, 0, null);
    }
  }

  public Map<String, Count> all() {
    return database
        .run(sql ->
            sql.list(
                "select * from envs",
                row ->
                    new Count(
                        row.text("id"), row.big("spawn_count"), row.instant("last_spawned_at"))))
        .stream()
        .collect(Collectors.toMap(Count::templateId, count -> count));
  }
}
