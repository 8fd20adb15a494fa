package atoll.control.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Statements on one connection. Confined to the thread that borrowed it.
record Sql(Connection connection) {
  /// Reads one row into a value.
  @FunctionalInterface
  interface Row<T> {
    T read(Columns row) throws SQLException;
  }

  <T> List<T> list(String statement, Row<T> row, Object... values) throws SQLException {
    try (PreparedStatement prepared = prepare(statement, values);
        ResultSet results = prepared.executeQuery()) {
      var found = new ArrayList<T>();
      while (results.next()) found.add(row.read(new Columns(results)));
      return found;
    }
  }

  <T> Optional<T> first(String statement, Row<T> row, Object... values) throws SQLException {
    return list(statement, row, values).stream().findFirst();
  }

  /// How many rows were changed.
  int change(String statement, Object... values) throws SQLException {
    try (PreparedStatement prepared = prepare(statement, values)) {
      return prepared.executeUpdate();
    }
  }

  private PreparedStatement prepare(String statement, Object... values) throws SQLException {
    PreparedStatement prepared = connection.prepareStatement(statement);
    try {
      for (int i = 0; i < values.length; i++) prepared.setObject(i + 1, forDriver(values[i]));
      return prepared;
    } catch (SQLException | RuntimeException e) {
      prepared.close();
      throw e;
    }
  }

  private static Object forDriver(Object value) {
    return value instanceof Instant instant ? instant.atOffset(ZoneOffset.UTC) : value;
  }
}
