package atoll.control.store;

import atoll.core.SandboxId;
import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads a row of the table `sandboxes`.
final class SandboxRows {
  private SandboxRows() {}

  static SandboxRow read(Columns row) throws SQLException {
    return new SandboxRow(
        new SandboxId(row.text("id")),
        row.uuid("team_id"),
        row.text("template_id"),
        row.text("alias"),
        SandboxState.of(row.text("state")),
        row.bool("secured"),
        row.bool("internet"),
        row.text("network") == null ? null : JsonReader.read(row.text("network")),
        strings(row.text("metadata")),
        shape(row),
        json(row.text("timeline")),
        row.instant("started_at"),
        row.instant("end_at"),
        end(row));
  }

  private static SandboxRow.Shape shape(Columns row) throws SQLException {
    if (row.text("agent_version") == null) return null;
    return new SandboxRow.Shape(
        row.text("agent_version"),
        row.whole("cpu_count"),
        row.big("memory_mib"),
        row.big("disk_mib"));
  }

  private static SandboxRow.End end(Columns row) throws SQLException {
    if (row.text("end_reason") == null) return null;
    return new SandboxRow.End(
        row.instant("ended_at"),
        row.text("end_reason"),
        row.text("end_message"),
        row.text("console"));
  }

  private static Json json(String text) {
    return text == null ? Json.NULL : JsonReader.read(text);
  }

  private static Map<String, String> strings(String text) {
    var read = new LinkedHashMap<String, String>();
    if (JsonReader.read(text) instanceof Json.Obj(Map<String, Json> members)) {
      members.forEach((name, value) ->
          read.put(name, value instanceof Json.Text(String s) ? s : value.toString()));
    }
    return read;
  }
}
