package atoll.agent.http;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Exact paths to handlers, by method. Paths compare as sent: case counts, nothing is decoded.
public final class Router implements Handler {
  private final Map<String, Map<String, Handler>> routes = new HashMap<>();

  public Router on(String method, String path, Handler handler) {
    routes.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(method, handler);
    return this;
  }

  @Override
  public void handle(Request request, Response response) throws IOException {
    Map<String, Handler> methods = routes.get(request.path());
    if (methods == null) {
      if (request.method().equals("OPTIONS") && request.path().equals("*")) response.send(200);
      else response.plain(404, "404 page not found");
      return;
    }
    Handler handler = methods.get(request.method());
    if (handler != null) {
      handler.handle(request, response);
      return;
    }
    for (String method : methods.keySet()) response.header("Allow", method);
    response.send(405);
  }
}
