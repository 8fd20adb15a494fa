package atoll.agent.http;

import java.io.IOException;

/// Cross-origin rules: any origin may call, preflights are answered before anything else.
public final class Cors {
  private static final String METHODS = " HEAD GET POST PUT PATCH DELETE OPTIONS ";
  private static final String EXPOSED =
      "Grpc-Status, Grpc-Message, Grpc-Status-Details-Bin, Location, Cache-Control, X-Content-Type-Options";

  private Cors() {}

  /// Answers a preflight; false if the request is none. Marks the answer of any other cross-origin
  /// request.
  public static boolean answer(Request request, Response response) throws IOException {
    String wanted = request.header("Access-Control-Request-Method");
    String origin = request.header("Origin");
    if (request.method().equals("OPTIONS") && wanted != null) {
      preflight(request, response, origin, wanted);
      return true;
    }
    if (origin != null) {
      response
          .header("Access-Control-Allow-Origin", "*")
          .header("Access-Control-Expose-Headers", EXPOSED);
    }
    return false;
  }

  private static void preflight(Request request, Response response, String origin, String wanted)
      throws IOException {
    response.vary("Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    if (origin != null && METHODS.contains(" " + wanted + " ")) {
      response
          .header("Access-Control-Allow-Origin", "*")
          .header("Access-Control-Allow-Methods", wanted);
      String headers = request.header("Access-Control-Request-Headers");
      if (headers != null && !headers.isEmpty())
        response.header("Access-Control-Allow-Headers", headers);
      response.header("Access-Control-Max-Age", "7200");
    }
    response.send(204);
  }
}
