package atoll.agent.http;

import java.io.IOException;

/// Answers one request on its connection's own thread. It must answer exactly once.
@FunctionalInterface
public interface Handler {
  void handle(Request request, Response response) throws IOException;
}
