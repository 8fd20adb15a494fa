package atoll.agent;

import atoll.agent.files.FileService;
import atoll.agent.filesystem.FilesystemService;
import atoll.agent.freeze.FreezeService;
import atoll.agent.guest.GuestState;
import atoll.agent.guest.Init;
import atoll.agent.guest.Metrics;
import atoll.agent.guest.User;
import atoll.agent.guest.Users;
import atoll.agent.http.Cors;
import atoll.agent.http.HttpServer;
import atoll.agent.http.Query;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.agent.http.Router;
import atoll.agent.process.ProcessService;
import atoll.agent.relay.PortRelay;
import atoll.agent.rpc.Rpc;
import atoll.agent.rpc.RpcCode;
import atoll.agent.rpc.RpcException;
import atoll.core.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// One guest agent: its state, its services, and the server that reaches them.
///
/// - **Owner** [Main], or a test; [#close()] stops accepting. Processes it started live on.
/// - **Order** of every request: CORS, identity, access token, user, route.
public final class Agent implements AutoCloseable {
  /// The version of the agent contract that this agent keeps; the SDKs compare it.
  public static final String VERSION = "0.6.13";

  private final GuestState state;
  private final Users users = new Users();
  private final Router router = new Router();
  private final PortRelay relay;
  private final HttpServer server;

  public Agent(AgentConfig config) throws IOException {
    var listener = new FutureTask<>(() -> HttpServer.listen(config.address(), config.port()));
    Thread.ofPlatform().daemon().name("listen").start(listener); // while the rest is made
    state = new GuestState(config.inVm());
    var rpc = new Rpc(this::basicUser);
    router.on("GET", "/health", (request, response) -> health(response));
    var freezer = new FreezeService(config.inVm());
    freezer.routes(router);
    relay = config.relay() == null ? null : new PortRelay(relayAddress(config.relay()));
    Runnable onIdentity = relay == null ? () -> {} : relay::dropConnections;
    var init = new Init(state, VERSION, config.inVm(), metadata(config), onIdentity);
    router.on(
        "POST",
        "/init",
        (request, response) -> init.handle(request, response.beforeHead(s -> thaw(freezer, s))));
    var metrics = new Metrics();
    router.on("GET", "/metrics", (request, response) -> metrics.handle(response));
    router.on("GET", "/envs", (request, response) -> envs(response));
    new ProcessService(state, users).routes(router, rpc);
    new FilesystemService(state, users).routes(router, rpc);
    new FileService(state, users).routes(router);
    server = new HttpServer(opened(listener), this::handle);
  }

  /// Opening a socket waits for nobody.
  private static ServerSocketChannel opened(FutureTask<ServerSocketChannel> listener)
      throws IOException {
    try {
      return listener.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException refused) throw refused;
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while opening the socket", e);
    }
  }

  private static InetSocketAddress metadata(AgentConfig config) {
    String where = config.metadata();
    if (where == null) return null;
    int colon = where.lastIndexOf(':');
    return new InetSocketAddress(
        where.substring(0, Math.max(0, colon)), Integer.parseInt(where.substring(colon + 1)));
  }

  private static InetAddress relayAddress(String text) throws IOException {
    return text.isEmpty() ? null : InetAddress.getByName(text);
  }

  public int port() {
    return server.port();
  }

  /// Serves on the calling thread until closed.
  public void run() {
    if (relay != null) relay.start();
    server.run();
  }

  private void handle(Request request, Response response) throws IOException {
    if (Cors.answer(request, response)) return;
    if (state.awaitsIdentity() && !answersAlways(request)) {
      response.error(
          401,
          "this sandbox was started or restored and has no identity yet: it answers once its host called /init");
      return;
    }
    if (!admitted(request)) {
      response.error(
          401,
          "unauthorized access, please provide a valid access token or method signing if supported");
      return;
    }
    String name = BasicAuth.user(request);
    if (name != null && users.find(name) == null) unknownUser(name, request, response);
    else router.handle(request, response);
  }

  /// What is answered even before the guest knows who it is.
  private static boolean answersAlways(Request request) {
    return switch (request.method() + " " + request.path()) {
      case "GET /health", "POST /init" -> true;
      default -> false;
    };
  }

  private boolean admitted(Request request) {
    String token = state.token();
    if (token == null) return true;
    String shown = request.header("X-Access-Token");
    if (shown != null && state.admits(shown)) return true;
    String path = Query.decode(request.path());
    return switch (request.method() + " " + path) {
      case "GET /health", "GET /files", "POST /files", "POST /init" -> true;
      default -> false;
    };
  }

  private User basicUser(Request request) {
    try {
      String name = BasicAuth.user(request);
      return name == null ? null : users.find(name);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void unknownUser(String name, Request request, Response response)
      throws IOException {
    var error = new RpcException(RpcCode.UNAUTHENTICATED, "invalid username: '" + name + "'");
    Rpc.refuse(request, response, error);
  }

  private static void health(Response response) throws IOException {
    response.header("Cache-Control", "no-store").header("Content-Type", "").send(204);
  }

  /// Every accepted `/init` lets a frozen workload go on.
  private static void thaw(FreezeService freezer, int status) {
    if (status == 204 && !freezer.thaw())
      System.getLogger(Agent.class.getName())
          .log(System.Logger.Level.WARNING, "the workload could not be thawed");
  }

  private void envs(Response response) throws IOException {
    response.send(200, "application/json", Json.of(state.variables()) + "\n");
  }

  @Override
  public void close() throws IOException {
    if (relay != null) relay.close();
    server.close();
  }
}
