package atoll.control.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Sends the one signal that the JDK cannot: SIGINT, PostgreSQL's fast shutdown.
final class Signals {
  private Signals() {}

  static void fastShutdown(long pid) throws IOException {
    Tool.run(
        List.of("sh", "-c", "kill -INT \"$1\" 2>/dev/null || true", "sh", Long.toString(pid)),
        null,
        Duration.ofSeconds(5));
  }
}
