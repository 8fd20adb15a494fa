package atoll.control;

import atoll.control.http.ServerLimits;
import atoll.control.postgres.DatabaseAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/// How control runs.
///
/// @param home folder of all state; made if missing
/// @param listen loopback unless the operator said otherwise; port 0 for any free one
/// @param database a PostgreSQL of the operator's own, or null for the embedded one in `home`
/// @param node name under which this node's sandboxes are recorded
/// @param domain base domain told to clients, or null to leave theirs alone
/// @param concurrentSandboxes at once, for the default team
/// @param longestLife of one run; whole hours
public record ControlConfig(
    Path home,
    InetSocketAddress listen,
    DatabaseAddress database,
    String node,
    String domain,
    int concurrentSandboxes,
    Duration longestLife,
    ServerLimits limits) {
  public static final int PORT = 3000;

  /// Embedded database, loopback, 100 sandboxes at once, 24 hours each.
  public static ControlConfig of(Path home, int port) {
    var listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new ControlConfig(
        home, listen, null, "local", null, 100, Duration.ofHours(24), ServerLimits.standard());
  }

  public ControlConfig listeningOn(InetSocketAddress address) {
    return new ControlConfig(
        home, address, database, node, domain, concurrentSandboxes, longestLife, limits);
  }

  /// With a PostgreSQL of the operator's own.
  public ControlConfig withDatabase(DatabaseAddress address) {
    return new ControlConfig(
        home, listen, address, node, domain, concurrentSandboxes, longestLife, limits);
  }

  public ControlConfig withConcurrentSandboxes(int most) {
    return new ControlConfig(home, listen, database, node, domain, most, longestLife, limits);
  }
}
