package atoll.control.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/// The columns of the current row, null where the database has null.
record Columns(ResultSet results) {
  String text(String name) throws SQLException {
    return results.getString(name);
  }

  UUID uuid(String name) throws SQLException {
    return results.getObject(name, UUID.class);
  }

  Instant instant(String name) throws SQLException {
    OffsetDateTime time = results.getObject(name, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  Boolean bool(String name) throws SQLException {
    return results.getObject(name, Boolean.class);
  }

  int whole(String name) throws SQLException {
    return results.getInt(name);
  }

  long big(String name) throws SQLException {
    return results.getLong(name);
  }
}
