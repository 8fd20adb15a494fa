package atoll.control.store;

import atoll.core.Refusal;
import java.sql.SQLException;
import java.sql.SQLTransientException;

/// Turns a failed statement into a refusal: the database is away and will be back, or something is
/// wrong.
final class SqlFailure {
  private SqlFailure() {}

  static Refusal refusal(SQLException e) {
    if (isPassing(e)) {
      return new Refusal.Unavailable(
          "database_unavailable",
          "the database does not answer at the moment",
          "nothing was changed; try again in a few seconds",
          e);
    }
    return new Refusal.Failed(
        "internal_error", "a database statement failed (" + e.getSQLState() + ")", null, null, e);
  }

  /// Classes of SQLSTATE: 08 connection, 40 rolled back, 53 out of resources, 57 operator
  /// intervention. PostgreSQL 18 manual, appendix A.
  static boolean isPassing(SQLException e) {
    if (e instanceof SQLTransientException) return true;
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("08")
            || state.startsWith("40")
            || state.startsWith("53")
            || state.startsWith("57"));
  }
}
