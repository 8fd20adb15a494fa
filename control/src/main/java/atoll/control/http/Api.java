package atoll.control.http;

import atoll.core.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;

/// The control API: the E2B-compatible routes and our own under `/atoll/v1`.
///
/// - **Owner** whoever opened it; [#close()] lets requests finish, up to ten seconds.
public final class Api implements AutoCloseable {
  private final Server server;

  private Api(Server server) {
    this.server = server;
  }

  /// Returns when requests are answered.
  ///
  /// @param address port 0 for any free one
  public static Api open(InetSocketAddress address, ServerLimits limits, Services services)
      throws IOException {
    return new Api(Server.open(address, limits, routes(services)));
  }

  static Router routes(Services services) {
    var router = new Router().on("GET", "/health", (_, _) -> health(services));
    var gate = new Gate(services.teams(), services.clock());
    new ListRoutes(services).add(router, gate);
    new LogRoutes(services).add(router, gate);
    new SandboxRoutes(services).add(router, gate);
    new NetworkRoutes(services).add(router, gate);
    new SharedNetworkRoutes(services).add(router, gate);
    new LaterRoutes(services).add(router, gate);
    new TemplateRoutes(services).add(router, gate);
    new AtollRoutes(services).add(router, gate);
    new HealthRoutes(services).add(router, gate);
    return router;
  }

  private static Reply health(Services services) {
    services.database().ping();
    return Reply.ok(Json.object("status", "ok"));
  }

  public InetSocketAddress address() {
    return server.address();
  }

  @Override
  public void close() {
    server.close();
  }
}
