package atoll.control.store;

import atoll.control.postgres.DatabaseAddress;
import atoll.core.Refusal;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The pool of connections to PostgreSQL, its schema brought up to date.
///
/// - **Owner** whoever opened it. Survives the database's absence: every call then fails within
///   three seconds, and works again later.
/// - **Threads** safe on any; a call blocks its (virtual) thread.
/// - **Fails** with a [atoll.core.Refusal] only.
public final class Database implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 10;

  /// How long a request waits for a connection: an absent database must be told soon, a busy pool
  /// waited for.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final HikariDataSource pool;

  /// Work on one connection.
  @FunctionalInterface
  interface Work<T> {
    T on(Sql sql) throws SQLException;
  }

  private Database(HikariDataSource pool) {
    this.pool = pool;
  }

  /// Connects, migrates, and returns when the schema is up to date.
  public static Database open(DatabaseAddress address) {
    Quiet.poolAndMigrations();
    HikariDataSource pool = connect(address);
    try {
      migrate(pool);
      return new Database(pool);
    } catch (FlywayException e) {
      pool.close();
      throw new Refusal.Failed(
          "database_migration_failed",
          "the schema of " + address.url() + " could not be brought up to date: " + e.getMessage(),
          null,
          null,
          e);
    }
  }

  private static HikariDataSource connect(DatabaseAddress address) {
    try {
      return new HikariDataSource(config(address));
    } catch (PoolInitializationException e) {
      String cause = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new Refusal.Unavailable(
          "database_unreachable",
          "the database at " + address.url() + " cannot be used: " + cause,
          "check its address, user and password",
          e);
    }
  }

  private static void migrate(HikariDataSource pool) {
    Flyway.configure(Database.class.getClassLoader())
        .dataSource(pool)
        .locations("classpath:atoll-migrations")
        .table("schema_history")
        .failOnMissingLocations(true)
        .load()
        .migrate();
  }

  private static HikariConfig config(DatabaseAddress address) {
    var config = new HikariConfig();
    config.setPoolName("control");
    config.setJdbcUrl(address.url());
    config.setUsername(address.user());
    config.setPassword(address.password());
    config.setMaximumPoolSize(MOST_CONNECTIONS);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(PATIENCE.toMillis());
    config.setValidationTimeout(1000);
    config.setIdleTimeout(Duration.ofMinutes(1).toMillis());
    config.addDataSourceProperty("ApplicationName", "atoll-control");
    // Connections are made by the pool's own threads: a request waits PATIENCE at most, while a
    // cold
    // process on a busy host may need many seconds for its first login.
    config.addDataSourceProperty("connectTimeout", "5");
    config.addDataSourceProperty("loginTimeout", "30");
    config.addDataSourceProperty("socketTimeout", "10");
    config.addDataSourceProperty("tcpKeepAlive", "true");
    config.addDataSourceProperty("logServerErrorDetail", "false"); // details hold tenants' data
    return config;
  }

  /// One statement, or several that need not be one transaction.
  <T> T run(Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      return work.on(new Sql(connection));
    } catch (SQLException e) {
      throw refusal(e);
    }
  }

  <T> T transaction(Work<T> work) {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try {
        T result = work.on(new Sql(connection));
        connection.commit();
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(connection, e);
        throw e;
      }
    } catch (SQLException e) {
      throw refusal(e);
    }
  }

  /// A server that went away took all connections with it: one failed request is enough to know.
  private Refusal refusal(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.startsWith("08") || state.startsWith("57P"))
      pool.getHikariPoolMXBean().softEvictConnections();
    return SqlFailure.refusal(e);
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  /// Returns if the database answers.
  public void ping() {
    run(sql -> sql.first("select 1 as one", row -> row.whole("one")));
  }

  @Override
  public void close() {
    pool.close();
  }
}
