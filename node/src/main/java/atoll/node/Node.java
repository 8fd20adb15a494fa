package atoll.node;

import atoll.core.Deadline;
import atoll.core.Progress;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.linux.net.NamespaceDialer;
import atoll.node.egress.HostNetwork;
import atoll.node.egress.proxy.HostNames;
import atoll.node.gate.GateLimits;
import atoll.node.host.AgentConnection;
import atoll.node.host.BuildPlaces;
import atoll.node.host.HostSlots;
import atoll.node.host.KernelEvidence;
import atoll.node.host.KernelGroups;
import atoll.node.host.KernelMemory;
import atoll.node.host.KernelSurvivors;
import atoll.node.host.KernelSweeper;
import atoll.node.host.StrayAnchors;
import atoll.node.ledger.Failpoint;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Recovery;
import atoll.node.ledger.Survivor;
import atoll.node.sandbox.NetworkSlot;
import atoll.node.sandbox.Routes;
import atoll.node.sandbox.Sandboxes;
import atoll.node.sandbox.Workshop;
import atoll.node.shared.SharedNetworks;
import atoll.protocol.node.GuestDialer;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.protocol.node.TemplateInfo;
import atoll.template.Template;
import atoll.template.TemplateBuilder;
import atoll.template.TemplateSpec;
import atoll.template.TemplateStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A node at work on this host: everything it is made of, wired by hand.
///
/// - **Owner** whoever opened it. [#close()] ends every sandbox and leaves nothing but files in the
///   home; [#leave()] lets them run. After a kill -9 the next [#open] takes over the sandboxes that
///   ran, removes everything else, and says what.
/// - **Threads** safe anywhere.
/// - **Fails** to open with a [Refusal] that names what the host lacks and the remedy.
public final class Node implements AutoCloseable {
  /// Group that may read templates; every monitor has it besides its own.
  public static final int TEMPLATE_READERS = 69_999;

  private static final System.Logger LOG = System.getLogger(Node.class.getName());
  private static final Path ANCHORS = Path.of("/run/netns");
  private static final Duration LONGEST_BUILD = Duration.ofMinutes(20);

  private final NodeConfig config;
  private final Owned owned;
  private final Monitors monitors;
  private final Recovery.Report recovered;
  private final TemplateStore templates;
  private final Workshop workshop;
  private final BuildPlaces builds;
  private final HostSlots slots;
  private final SharedNetworks networks;
  private final Sandboxes sandboxes;
  private final List<SandboxId> adopted;
  private final LocalNode service;
  private final Routes routes;

  private Node(NodeConfig config, Owned owned) throws IOException {
    this.config = config;
    this.owned = owned;
    Path home = config.home();
    Prerequisites.check(home);
    var groups = new KernelGroups(Prerequisites.cgroups());
    prepare(home);
    Ledger ledger = owned.add(Ledger.open(home.resolve("journal")));
    var sweeper = new KernelSweeper(home, groups);
    this.monitors = Monitors.choose(config, System.getenv(), ledger, sweeper, owned);
    this.templates = TemplateStore.open(home.resolve("templates"), monitors.vmm());
    Survivor.Sorted left =
        Survivor.sort(
            monitors.without(ledger.left()), new KernelSurvivors().and(this::hasTemplate));
    // Before any slot is built, which might take the name of one that is to be swept.
    this.recovered = recovered(Recovery.run(ledger, left.strays(), sweeper));
    NamespaceDialer dialer = owned.add(new NamespaceDialer());
    this.slots = owned.add(slots(config, ledger, dialer));
    this.networks =
        owned.add(SharedNetworks.open(home, ledger, owned.add(HostNetwork.own()), dialer));
    this.workshop =
        new Workshop(
            home,
            ledger,
            slots.slots(),
            networks,
            groups,
            monitors.vmm(),
            new KernelEvidence(),
            Node::agent,
            new KernelMemory(),
            Node::give,
            TEMPLATE_READERS,
            GateLimits.RESTORE.with(config.patience()),
            Failpoint.NONE);
    this.builds = owned.add(new BuildPlaces(workshop));
    this.sandboxes = new Sandboxes(workshop, config.startsAtOnce());
    adopt(left);
    this.adopted = sandboxes.running().stream().map(RunningSandbox::id).toList();
    retireTemplates();
    this.service =
        new LocalNode(
            workshop,
            sandboxes,
            templates,
            monitors,
            networks,
            slots.lack().isEmpty() ? "on" : slots.lack());
    this.routes = new Routes(sandboxes);
  }

  private static HostSlots slots(NodeConfig config, Ledger ledger, NamespaceDialer dialer)
      throws IOException {
    var shape =
        new HostSlots.Shape(
            config.home(), ANCHORS, config.slotsReady(), config.slotsMost(), config.slotRange());
    return HostSlots.open(shape, ledger, dialer, HostNetwork.own(), HostNames.SYSTEM);
  }

  public static Node open(NodeConfig config) {
    var owned = new Owned();
    try {
      return new Node(config, owned);
    } catch (IOException e) {
      owned.close();
      throw new Refusal.Failed(
          "node_failed",
          "the node in " + config.home() + " cannot open: " + e.getMessage(),
          null,
          null,
          e);
    } catch (RuntimeException | Error e) {
      owned.close();
      throw e;
    }
  }

  private static void prepare(Path home) throws IOException {
    for (Path folder : List.of(home, home.resolve("sandboxes"))) {
      Files.createDirectories(folder);
      // Monitors run as other users: they may pass through, and not look around.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }
  }

  private void adopt(Survivor.Sorted left) {
    var lost = new ArrayList<SandboxExit>();
    for (HostObject.Tenancy gone : left.lost())
      lost.add(
          new SandboxExit(
              gone.sandbox(),
              "lost",
              "its monitor, its namespace or its template was gone when its node came back",
              List.of()));
    lost.addAll(sandboxes.adopt(left.survivors(), id -> templates.startedFrom(id).orElseThrow()));
    sandboxes.lost(lost);
    sandboxes
        .running()
        .forEach(s -> LOG.log(System.Logger.Level.INFO, "adopted sandbox {0}", s.id()));
  }

  private void retireTemplates() throws IOException {
    var inUse =
        sandboxes.running().stream().map(RunningSandbox::templateId).collect(Collectors.toSet());
    templates
        .retire(inUse)
        .forEach(id ->
            LOG.log(
                System.Logger.Level.INFO, "removed template {0}: a newer one has its name", id));
  }

  private boolean hasTemplate(Survivor survivor) {
    return templates.startedFrom(survivor.sandbox().template()).isPresent();
  }

  private static Recovery.Report recovered(Recovery.Report swept) throws IOException {
    var removed = new ArrayList<>(swept.removed());
    removed.addAll(StrayAnchors.sweep(ANCHORS, Instant.now()));
    removed.forEach(
        what -> LOG.log(System.Logger.Level.INFO, "removed what an earlier node left: {0}", what));
    swept
        .failed()
        .forEach(what ->
            LOG.log(
                System.Logger.Level.WARNING,
                "could not remove what an earlier node left: {0}",
                what));
    return new Recovery.Report(removed, swept.failed());
  }

  private static AgentConnection agent(NetworkSlot slot) {
    return new AgentConnection(slot::socket, Inet4Address.ofLiteral(slot.guestAddress()));
  }

  private static void give(Path path, int uid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid);
    Files.setAttribute(path, "unix:gid", uid);
  }

  public NodeService service() {
    return service;
  }

  public GuestDialer dialer() {
    return routes;
  }

  /// What an earlier node process had left on this host and this one removed; empty after a clean
  /// end.
  public List<String> recovered() {
    return recovered.removed();
  }

  /// What an earlier node process had left and could not be removed, with the reason.
  public List<String> notRecovered() {
    return recovered.failed();
  }

  /// The template of this name as this build of Atoll makes it, built now if there is none: the
  /// first time takes minutes. One that another Atoll built is left to the sandboxes that run on
  /// it, and serves no new ones. Call it on a platform thread.
  ///
  /// @throws Refusal.NotFound for a name that this node does not know how to build
  public synchronized TemplateInfo ensureTemplate(String name, Progress progress) {
    TemplateSpec spec = TemplateSpec.base(workshop.vmm().accelerator());
    if (!spec.names().contains(name)) return templates.require(name).info();
    var builder =
        new TemplateBuilder(
            workshop.vmm(),
            templates,
            config.home().resolve("cache/images"),
            builds,
            config.agent(),
            config.patience());
    return templates
        .find(name)
        .filter(template -> isCurrent(template, builder, spec))
        .orElseGet(() ->
            builder.build(spec, Deadline.after(config.patience().with(LONGEST_BUILD)), progress))
        .info();
  }

  private static boolean isCurrent(Template template, TemplateBuilder builder, TemplateSpec spec) {
    try {
      if (template.recipe().equals(builder.recipe(spec))) return true;
    } catch (IOException e) {
      throw new UncheckedIOException("reading what template " + spec.names() + " is made of", e);
    }
    LOG.log(
        System.Logger.Level.INFO,
        "template {0} ({1}) is from another build of Atoll: building it anew",
        spec.names().getFirst(),
        template.info().id());
    return false;
  }

  /// Sandboxes of an earlier node process that run on under this one.
  public List<SandboxId> adopted() {
    return adopted;
  }

  /// As [#close()], but running sandboxes stay as they are, until the next [#open] adopts them. May
  /// be repeated.
  public void leave() {
    List<String> left = sandboxes.leave();
    left.forEach(what -> LOG.log(System.Logger.Level.WARNING, "left behind: {0}", what));
    slots.leave();
    networks.leave();
    monitors.leave();
    owned.close();
  }

  /// Ends all sandboxes, then everything else. May be repeated.
  @Override
  public void close() {
    List<String> left = sandboxes.close();
    left.forEach(what -> LOG.log(System.Logger.Level.WARNING, "left behind: {0}", what));
    owned.close();
  }
}
