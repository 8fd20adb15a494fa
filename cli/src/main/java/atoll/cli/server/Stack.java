package atoll.cli.server;

import atoll.cli.home.Home;
import atoll.cli.home.HomeLock;
import atoll.cli.home.Instance;
import atoll.cli.home.Processes;
import atoll.cli.report.CommandFailure;
import atoll.control.Control;
import atoll.control.ControlConfig;
import atoll.control.postgres.DatabaseAddress;
import atoll.core.Patience;
import atoll.core.Progress;
import atoll.edge.Edge;
import atoll.edge.EdgeConfig;
import atoll.node.Node;
import atoll.node.NodeConfig;
import atoll.node.VmmChoice;
import atoll.node.egress.SlotRange;
import atoll.protocol.node.GuestDialer;
import atoll.template.image.GuestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Node, control and edge in one process, over one home.
///
/// - **Owner** whoever opened it; [#close()] stops edge, control and node in this order, each
///   within its deadline, and leaves no process, namespace or address behind. May be repeated.
/// - **Fails** to open with the refusal or failure of the first part that does not start; the
///   others are stopped again.
public final class Stack implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Stack.class.getName());

  /// A request that is being answered may end; then PostgreSQL checkpoints.
  private static final Duration CONTROL_STOP = Duration.ofSeconds(20);

  private static final Duration NODE_STOP = Duration.ofSeconds(25);
  private static final Duration EDGE_STOP = Duration.ofSeconds(12);
  private static final Duration FILE_STOP = Duration.ofSeconds(2);

  private final Home home;
  private final VmmChoice vmm;
  private final Closing closing = new Closing();

  /// From the first moment on: a signal during a long first start leaves nothing either.
  private final Thread hook = Thread.ofPlatform().name("stop").unstarted(closing::close);

  private Instance instance;
  private GuestDialer dialer;

  private Stack(Home home, VmmChoice vmm) {
    this.home = home;
    this.vmm = vmm;
  }

  /// Returns when all parts answer. The first start of a home builds the base template, which takes
  /// minutes.
  ///
  /// @param databaseUrl of a PostgreSQL of the operator's own, or null for the embedded one
  /// @param agent asked only when the base template is built
  public static Stack open(
      Home home,
      Listen listen,
      String databaseUrl,
      GuestImages.AgentSource agent,
      VmmChoice vmm,
      Progress progress)
      throws IOException {
    var stack = new Stack(home, vmm);
    Runtime.getRuntime().addShutdownHook(stack.hook);
    try {
      stack.start(listen, databaseUrl, agent, progress);
      return stack;
    } catch (IOException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  /// Makes what the first start of a home would make, and stops again.
  public static void prepare(
      Home home, GuestImages.AgentSource agent, VmmChoice vmm, Progress progress)
      throws IOException {
    try (var _ = HomeLock.take(home);
        var node = Node.open(nodeConfig(home, agent, vmm))) {
      node.ensureTemplate("base", progress);
    }
  }

  private void start(
      Listen listen, String databaseUrl, GuestImages.AgentSource agent, Progress progress)
      throws IOException {
    closing.add("lock", HomeLock.take(home), FILE_STOP);
    listen.check();
    var node = Node.open(nodeConfig(home, agent, vmm));
    closing.add("node", () -> stop(node), NODE_STOP);
    var template =
        CompletableFuture.runAsync(
            () -> ensureTemplate(node, progress),
            task -> Thread.ofPlatform().name("template").start(task));
    var control = control(listen, databaseUrl, node, template, progress);
    await(template);
    var edge =
        closing.add(
            "edge",
            Edge.start(EdgeConfig.on(listen.host(), listen.edgePort()), node.dialer()),
            EDGE_STOP);
    dialer = node.dialer();
    keepKey(control);
    publish(control, edge);
  }

  /// `atoll down --keep-sandboxes` says so in a file, since a signal carries no words.
  private void stop(Node node) throws IOException {
    Path keep = home.keepSandboxes();
    boolean leave =
        Files.exists(keep)
            && Files.readString(keep).strip().equals("" + ProcessHandle.current().pid());
    Files.deleteIfExists(keep);
    if (leave) node.leave();
    else node.close();
  }

  /// Beside the template's build, and once more after it if that was too much for this host at
  /// once.
  private Control control(
      Listen listen,
      String databaseUrl,
      Node node,
      CompletableFuture<Void> template,
      Progress progress)
      throws IOException {
    try {
      return openControl(listen, databaseUrl, node, progress);
    } catch (IOException | RuntimeException e) {
      if (template.isDone()) throw e;
      LOG.log(System.Logger.Level.WARNING, "control starts again after the template is made", e);
      await(template);
      return openControl(listen, databaseUrl, node, progress);
    }
  }

  private Control openControl(Listen listen, String databaseUrl, Node node, Progress progress)
      throws IOException {
    long start = System.nanoTime();
    progress.step("control", databaseUrl == null ? "embedded PostgreSQL" : "PostgreSQL", -1);
    var config = ControlConfig.of(home.root(), listen.port()).listeningOn(listen.api());
    if (databaseUrl != null) config = config.withDatabase(address(databaseUrl));
    var control = closing.add("control", Control.open(config, node.service()), CONTROL_STOP);
    progress.done("control", (System.nanoTime() - start) / 1_000_000);
    return control;
  }

  private static DatabaseAddress address(String url) {
    return new DatabaseAddress(
        url, System.getenv("ATOLL_DATABASE_USER"), System.getenv("ATOLL_DATABASE_PASSWORD"));
  }

  /// A second key where the file was lost: only hashes are in the database.
  private void keepKey(Control control) throws IOException {
    var key = control.firstKey();
    if (key.isPresent()) PrivateFile.write(home.credentials(), key.get());
    else if (Files.notExists(home.credentials()))
      PrivateFile.write(home.credentials(), control.newKey("command line"));
  }

  private void publish(Control control, Edge edge) throws IOException {
    long pid = ProcessHandle.current().pid();
    instance =
        new Instance(
            pid,
            Processes.startTicks(pid).orElseThrow(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS),
            Listen.url(control.address()),
            Listen.url(edge.address()));
    instance.write(home);
    Path file = home.instance();
    closing.add("addresses", () -> Files.deleteIfExists(file), FILE_STOP);
  }

  private static NodeConfig nodeConfig(Home home, GuestImages.AgentSource agent, VmmChoice vmm) {
    String range = System.getenv("ATOLL_SLOT_RANGE");
    NodeConfig config =
        range == null
            ? NodeConfig.of(home.root(), agent)
            : NodeConfig.of(home.root(), SlotRange.parse(range), agent);
    return config.with(vmm).with(Patience.ofEnvironment());
  }

  public Instance instance() {
    return instance;
  }

  /// Straight into sandboxes, for measuring what the edge adds.
  public GuestDialer dialer() {
    return dialer;
  }

  private static void ensureTemplate(Node node, Progress progress) {
    node.ensureTemplate("base", progress);
  }

  /// Not bounded here: each step of a template build has a deadline of its own.
  private static void await(CompletableFuture<Void> template) {
    try {
      template.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) throw cause;
      throw CommandFailure.failed(
          "template_failed",
          "the base template was not made: " + e.getCause().getMessage(),
          null,
          e);
    }
  }

  @Override
  public void close() {
    closing.close();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyStopping) {
      LOG.log(System.Logger.Level.DEBUG, "the process is ending", alreadyStopping);
    }
  }
}
