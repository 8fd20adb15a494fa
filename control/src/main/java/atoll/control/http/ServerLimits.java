package atoll.control.http;

import java.time.Duration;

/// What the server puts up with.
///
/// @param body bytes of one request body
/// @param requests how many are worked on at once
/// @param reading from a request's first byte to its last
/// @param idle between two requests of one connection; longer than clients keep theirs (300 s)
public record ServerLimits(
    int body, int requests, int connections, Duration reading, Duration idle, Duration draining) {
  static final int START_LINE = 8192;
  static final int HEADERS = 32768;

  public static ServerLimits standard() {
    return new ServerLimits(
        1 << 20,
        256,
        1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(620),
        Duration.ofSeconds(10));
  }
}
