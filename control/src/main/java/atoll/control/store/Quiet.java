package atoll.control.store;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Keeps the pool and the migrations from telling of every normal step. Warnings stay.
final class Quiet {
  /// Held here: the logging system forgets the level of a logger that nobody holds.
  private static final List<Logger> LOGGERS =
      List.of(Logger.getLogger("com.zaxxer.hikari"), Logger.getLogger("org.flywaydb"));

  private Quiet() {}

  static void poolAndMigrations() {
    LOGGERS.forEach(logger -> logger.setLevel(Level.WARNING));
  }
}
