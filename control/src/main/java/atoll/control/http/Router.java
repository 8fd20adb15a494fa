package atoll.control.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Finds the route of a request by method and path segments; a HEAD is answered as a GET, whose
/// body the server then leaves out. Immutable once built.
final class Router implements Handler {
  /// A handler that also gets the values of the path's `{names}`.
  @FunctionalInterface
  interface Endpoint {
    Reply answer(Request request, Map<String, String> path);
  }

  private record Route(String method, List<String> pattern, Endpoint endpoint) {
    Optional<Map<String, String>> match(List<String> segments) {
      if (segments.size() != pattern.size()) return Optional.empty();
      var names = new LinkedHashMap<String, String>();
      for (int i = 0; i < pattern.size(); i++) {
        String expected = pattern.get(i);
        if (expected.startsWith("{"))
          names.put(expected.substring(1, expected.length() - 1), segments.get(i));
        else if (!expected.equals(segments.get(i))) return Optional.empty();
      }
      return Optional.of(names);
    }
  }

  private final List<Route> routes = new ArrayList<>();

  /// Earlier routes win over later ones.
  Router on(String method, String path, Endpoint endpoint) {
    routes.add(new Route(method, List.of(path.substring(1).split("/")), endpoint));
    return this;
  }

  @Override
  public Reply handle(Request request) {
    if (request.method().equals("OPTIONS")) return Responses.preflight();
    String method = request.method().equals("HEAD") ? "GET" : request.method();
    var methods = new TreeSet<String>();
    for (Route route : routes) {
      Optional<Map<String, String>> names = route.match(request.target().segments());
      if (names.isEmpty()) continue;
      if (route.method().equals(method)) return route.endpoint().answer(request, names.get());
      methods.add(route.method());
    }
    throw methods.isEmpty() ? unknown(request) : notAllowed(request, methods);
  }

  private static Fault unknown(Request request) {
    return new Fault(
        404, "route_not_found", "there is nothing at this path for " + request.method());
  }

  private static Fault notAllowed(Request request, Set<String> methods) {
    String allowed = String.join(", ", methods);
    return new Fault(
        405,
        "method_not_allowed",
        request.method() + " is not allowed here; allowed: " + allowed,
        Map.of("Allow", allowed));
  }
}
