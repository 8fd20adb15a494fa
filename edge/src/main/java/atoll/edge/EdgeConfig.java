package atoll.edge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// How one edge listens and what it bears.
///
/// @param threads event loops; each serves its connections alone
/// @param idle a connection without a byte in either direction for this long is closed
/// @param headTimeout from the first byte of a head, or from the accept, to its last byte
/// @param connections clients served at once; more are closed at accept
/// @param perSandbox requests that one run of a sandbox may have open at once, answered 429 beyond;
///   0 for no limit
public record EdgeConfig(
    InetSocketAddress listen,
    int threads,
    Duration idle,
    Duration headTimeout,
    int connections,
    int perSandbox) {
  private static final int MOST_THREADS = 16;

  public EdgeConfig {
    if (threads < 1) throw new IllegalArgumentException("threads: at least 1");
    if (connections < 1) throw new IllegalArgumentException("connections: at least 1");
    if (perSandbox < 0) throw new IllegalArgumentException("perSandbox: 0 or more");
  }

  /// The defaults on one address; port 0 takes any free port. 610 s: longer than the SDKs keep an
  /// idle connection.
  public static EdgeConfig on(InetAddress address, int port) {
    int threads = Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
    return new EdgeConfig(
        new InetSocketAddress(address, port),
        threads,
        Duration.ofSeconds(610),
        Duration.ofSeconds(15),
        16_384,
        0);
  }
}
