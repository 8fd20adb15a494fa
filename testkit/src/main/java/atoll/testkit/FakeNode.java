package atoll.testkit;

import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.core.Timeline;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.NetworkName;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.NodeInfo;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.protocol.node.SandboxHealth;
import atoll.protocol.node.SandboxInspection;
import atoll.protocol.node.SharedNetworkInfo;
import atoll.protocol.node.TemplateInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A node without virtual machines: it remembers what it was asked, and fails or dies when told to.
///
/// It has one template, `base`. Safe on any thread.
public final class FakeNode implements NodeService {
  public static final TemplateInfo BASE =
      new TemplateInfo(
          "basetemplate00000001",
          List.of("base"),
          UUID.fromString("00000000-0000-4000-8000-000000000001"),
          2,
          512,
          2048,
          "0.6.13",
          "fake/none",
          Instant.parse("2026-01-01T00:00:00Z"));

  private final Map<SandboxId, RunningSandbox> running = new ConcurrentHashMap<>();
  private final Map<SandboxId, EgressPolicy> egress = new ConcurrentHashMap<>();
  private final Map<NetworkName, SharedNetworkInfo> networks = new ConcurrentHashMap<>();
  private final List<CreateSandbox> created = new CopyOnWriteArrayList<>();
  private final List<SandboxId> killed = new CopyOnWriteArrayList<>();
  private final List<Consumer<SandboxExit>> listeners = new CopyOnWriteArrayList<>();
  private final Map<SandboxId, SandboxHealth> health = new ConcurrentHashMap<>();
  private final List<Consumer<SandboxHealth>> healthListeners = new CopyOnWriteArrayList<>();
  private final AtomicReference<Consumer<CreateSandbox>> beforeCreate =
      new AtomicReference<>(_ -> {});
  private final AtomicReference<Consumer<SandboxId>> beforeKill = new AtomicReference<>(_ -> {});

  /// Runs before each create, on its thread: may block, or throw a [Refusal] to let it fail.
  public FakeNode beforeCreate(Consumer<CreateSandbox> hook) {
    beforeCreate.set(hook);
    return this;
  }

  /// Runs before each kill, on its thread.
  public FakeNode beforeKill(Consumer<SandboxId> hook) {
    beforeKill.set(hook);
    return this;
  }

  @Override
  public RunningSandbox create(CreateSandbox request) {
    created.add(request);
    beforeCreate.get().accept(request);
    if (!request.template().equals(BASE.id()) && !BASE.names().contains(request.template())) {
      throw new Refusal.NotFound("template_not_found", "no template " + request.template());
    }
    var timeline =
        new Timeline(
            List.of(new Timeline.Entry("slot_claim", 0.1), new Timeline.Entry("restore", 150.25)));
    var sandbox =
        new RunningSandbox(
            request.id(),
            BASE.id(),
            BASE.agentVersion(),
            BASE.cpuCount(),
            BASE.memoryMib(),
            BASE.diskMib(),
            Instant.now(),
            timeline);
    egress.put(request.id(), request.egress());
    running.put(request.id(), sandbox);
    return sandbox;
  }

  @Override
  public boolean kill(SandboxId id) {
    beforeKill.get().accept(id);
    boolean there = running.remove(id) != null;
    if (there) killed.add(id);
    return there;
  }

  /// The sandbox ends by itself: its listeners hear of it, once.
  public void crash(SandboxId id, String reason, String message, String... console) {
    if (running.remove(id) == null) return;
    var exit = new SandboxExit(id, reason, message, List.of(console));
    listeners.forEach(listener -> listener.accept(exit));
  }

  /// The sandbox is gone and nobody is told, as after a lost host.
  public void lose(SandboxId id) {
    running.remove(id);
  }

  @Override
  public void updateEgress(SandboxId id, EgressPolicy policy) {
    if (!running.containsKey(id))
      throw new Refusal.NotFound("sandbox_not_on_node", "no sandbox " + id);
    egress.put(id, policy);
  }

  /// The policy that a sandbox was last given, by create or since.
  public EgressPolicy egress(SandboxId id) {
    return egress.get(id);
  }

  @Override
  public List<RunningSandbox> running() {
    return List.copyOf(running.values());
  }

  /// Every create asked for so far, failed ones included.
  public List<CreateSandbox> created() {
    return List.copyOf(created);
  }

  /// Every sandbox that was there when it was killed.
  public List<SandboxId> killed() {
    return List.copyOf(killed);
  }

  @Override
  public Optional<SandboxInspection> inspect(SandboxId id) {
    return Optional.ofNullable(running.get(id))
        .map(sandbox ->
            new SandboxInspection(
                id,
                new SandboxInspection.Slot(
                    0, "/run/netns/fake-0", "tap0", "169.254.0.22", "169.254.0.21", null),
                seat(id),
                new SandboxInspection.Vmm("fake", "none", 1, "/fake/qmp.sock", "/fake/console.log"),
                new SandboxInspection.Disk("/fake/overlay.qcow2", "/fake/disk.raw"),
                new SandboxInspection.Memory("/fake/memory", sandbox.memoryMib()),
                "/fake/cgroup",
                sandbox.timeline()));
  }

  private SandboxInspection.Network seat(SandboxId id) {
    return created.stream()
        .filter(c -> c.id().equals(id) && c.network() != null)
        .findFirst()
        .map(c ->
            new SandboxInspection.Network(
                c.network().name(),
                "192.168.100.2/24",
                "192.168.100.1",
                "02:A8:00:00:00:02",
                "atollb0",
                "atollp0"))
        .orElse(null);
  }

  @Override
  public SharedNetworkInfo createNetwork(NetworkName name, String subnet) {
    var made =
        new SharedNetworkInfo(
            name,
            subnet == null ? "192.168.100.0/24" : subnet,
            "192.168.100.1",
            "atollb" + networks.size(),
            0,
            "");
    if (networks.putIfAbsent(name, made) != null)
      throw new Refusal.Conflict("network_exists", "network " + name + " exists already");
    return made;
  }

  @Override
  public List<SharedNetworkInfo> networks(String owner) {
    return networks.values().stream().filter(n -> n.name().owner().equals(owner)).toList();
  }

  @Override
  public boolean removeNetwork(NetworkName name) {
    return networks.remove(name) != null;
  }

  @Override
  public Optional<SandboxHealth> health(SandboxId id) {
    return Optional.ofNullable(running.get(id))
        .map(sandbox -> health.getOrDefault(id, SandboxHealth.healthy(id, sandbox.readyAt())));
  }

  @Override
  public void onHealth(Consumer<SandboxHealth> listener) {
    healthListeners.add(listener);
  }

  /// The sandbox is so from now on: its listeners hear of it.
  public void fall(SandboxHealth now) {
    health.put(now.id(), now);
    healthListeners.forEach(listener -> listener.accept(now));
  }

  @Override
  public List<String> console(SandboxId id, int lines) {
    var all = new ArrayList<String>();
    if (running.containsKey(id)) all.addAll(List.of("booting", "ready \"quoted\""));
    return all.subList(Math.max(0, all.size() - lines), all.size());
  }

  @Override
  public List<TemplateInfo> templates() {
    return List.of(BASE);
  }

  @Override
  public NodeInfo info() {
    return new NodeInfo(
        "fake",
        "none",
        false,
        "a fake runs nothing",
        "nothing was tried",
        "none",
        "on",
        running.size(),
        8,
        4096);
  }

  @Override
  public void onExit(Consumer<SandboxExit> listener) {
    listeners.add(listener);
  }
}
