package atoll.node.sandbox;

import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.node.health.HealthWatch;
import atoll.node.health.Patient;
import atoll.node.health.Watch;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Survivor;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.protocol.node.SandboxHealth;
import atoll.template.Template;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/// All sandboxes of one node, by id: those that start, run or end.
///
/// Threads: safe anywhere. Soft state: a restarted node has those that it [adopts][#adopt].
public final class Sandboxes {
  private static final System.Logger LOG = System.getLogger(Sandboxes.class.getName());
  private static final int LONGEST_LINE = 64;
  private static final Duration LONGEST_WAIT =
      Duration.ofSeconds(110); // a client that waits less goes away by itself

  private final Workshop workshop;
  private final StartPermits permits;
  private final Admission admission;
  private final Map<SandboxId, Sandbox> byId = new ConcurrentHashMap<>();
  private final List<Consumer<SandboxExit>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<SandboxHealth>> healthListeners = new CopyOnWriteArrayList<>();
  private final HealthWatch health = new HealthWatch(this::tell);
  private final Queue<SandboxExit> lost = new ConcurrentLinkedQueue<>();
  private final Endings endings;
  private volatile boolean closed;

  /// `startsAtOnce` is how many sandboxes start side by side; as many as the host has processors
  /// serves all best.
  public Sandboxes(Workshop workshop, int startsAtOnce) {
    this.workshop = workshop;
    this.permits = new StartPermits(startsAtOnce, LONGEST_LINE, LONGEST_WAIT);
    this.admission = new Admission(workshop.memory());
    this.endings = new Endings(workshop.home());
  }

  public RunningSandbox create(CreateSandbox request, Template template) {
    var sandbox =
        new Sandbox(workshop, request, template, nextRun(), permits, admission, new Ending());
    if (byId.putIfAbsent(request.id(), sandbox) != null) {
      throw new Refusal.Conflict("sandbox_exists", "sandbox " + request.id() + " exists already");
    }
    if (closed) {
      byId.remove(request.id(), sandbox);
      throw new Refusal.Unavailable(
          "node_closing", "the node is shutting down", "try again when it is back");
    }
    return start(sandbox, request.id());
  }

  /// Takes over what an earlier process left running. Each must be told of once, before anything is
  /// created under its id.
  ///
  /// @param templates by id
  /// @return what became of those that could not be taken over, and of which nothing is left
  public List<SandboxExit> adopt(List<Survivor> survivors, Function<String, Template> templates) {
    var lost = new ArrayList<SandboxExit>();
    for (Survivor survivor : survivors) {
      SandboxId id = survivor.sandbox().sandbox();
      try {
        adopt(survivor, templates.apply(survivor.sandbox().template()));
      } catch (Refusal e) {
        LOG.log(System.Logger.Level.WARNING, "sandbox {0} is lost: {1}", id, e.getMessage());
        lost.add(new SandboxExit(id, e.reason(), e.getMessage(), List.of()));
      }
    }
    return lost;
  }

  private void adopt(Survivor survivor, Template template) {
    HostObject.Tenancy tenancy = survivor.sandbox();
    var sandbox = new Sandbox(workshop, survivor, template, admission, new Ending());
    if (byId.putIfAbsent(tenancy.sandbox(), sandbox) != null)
      throw new Refusal.Conflict("sandbox_exists", "another sandbox has its id");
    sandbox.takeOver();
  }

  /// A start that failed leaves nothing behind but its first cause.
  private RunningSandbox start(Sandbox sandbox, SandboxId id) {
    try {
      return sandbox.start();
    } catch (Refusal.Failed e) {
      List<String> console = e.detail() == null ? List.of() : e.detail().lines().toList();
      endings.write(id, e.reason(), String.valueOf(e.getMessage()), console);
      throw e;
    }
  }

  private long nextRun() {
    try {
      return workshop.ledger().nextNumber();
    } catch (IOException e) {
      throw StartFailure.unjournaled(e);
    }
  }

  /// Ends it; false if there is none of this id.
  public boolean kill(SandboxId id) {
    Sandbox sandbox = byId.get(id);
    if (sandbox == null) return false;
    sandbox.end();
    return true;
  }

  /// @throws Refusal.NotFound if it does not run here
  public void updateEgress(SandboxId id, EgressPolicy policy) {
    find(id)
        .orElseThrow(() ->
            new Refusal.NotFound(
                "sandbox_not_on_node", "sandbox " + id + " does not run on this node"))
        .egress(policy);
  }

  public List<RunningSandbox> running() {
    return byId.values().stream().flatMap(s -> s.running().stream()).toList();
  }

  Optional<Sandbox> find(SandboxId id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Optional<atoll.protocol.node.SandboxInspection> inspect(SandboxId id) {
    return find(id).flatMap(Sandbox::inspect);
  }

  public List<String> console(SandboxId id, int lines) {
    return find(id).map(s -> s.consoleTail(lines)).orElse(List.of());
  }

  /// Those lost before are told at once.
  public void onExit(Consumer<SandboxExit> listener) {
    listeners.add(listener);
    for (SandboxExit exit = lost.poll(); exit != null; exit = lost.poll()) listener.accept(exit);
  }

  /// Sandboxes of an earlier process that ended while nobody watched; the first listener is told.
  public void lost(List<SandboxExit> exits) {
    exits.forEach(e -> endings.write(e.id(), e.reason(), e.message(), e.consoleTail()));
    lost.addAll(exits);
  }

  public long memoryFree() throws IOException {
    return admission.free();
  }

  /// Refuses new ones and ends all that are there, side by side; returns what could not be removed.
  public List<String> close() {
    closed = true;
    var left = java.util.Collections.synchronizedList(new ArrayList<String>());
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      byId.keySet().forEach(id -> executor.execute(() -> killQuietly(id, left)));
    }
    return List.copyOf(left);
  }

  /// Refuses new ones and leaves those that run to a later process; returns what could not be
  /// removed of those that were starting.
  public List<String> leave() {
    closed = true;
    var left = new ArrayList<String>();
    for (Sandbox sandbox : byId.values()) {
      try {
        sandbox.letGo();
      } catch (Refusal e) {
        left.add(e.getMessage());
      }
    }
    return left;
  }

  private void killQuietly(SandboxId id, List<String> left) {
    try {
      kill(id);
    } catch (Refusal e) {
      left.add(e.getMessage());
    }
  }

  public Optional<SandboxHealth> health(SandboxId id) {
    return find(id).flatMap(Sandbox::health);
  }

  public void onHealth(Consumer<SandboxHealth> listener) {
    healthListeners.add(listener);
  }

  private void tell(SandboxHealth now) {
    for (Consumer<SandboxHealth> listener : healthListeners) {
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "a listener to health failed", e);
      }
    }
  }

  private final class Ending implements Sandbox.Listener {
    @Override
    public Watch watch(Sandbox sandbox, Patient patient) throws IOException {
      return health.watch(patient, SandboxHealth.healthy(patient.id(), Instant.now()));
    }

    @Override
    public void gone(Sandbox sandbox) {
      byId.remove(sandbox.request().id(), sandbox);
    }

    @Override
    public void ending(SandboxExit exit) {
      endings.write(exit.id(), exit.reason(), exit.message(), exit.consoleTail());
    }

    @Override
    public void exited(SandboxExit exit) {
      LOG.log(
          System.Logger.Level.INFO, "sandbox {0} ended by itself: {1}", exit.id(), exit.message());
      Sandboxes.this.tell(
          new SandboxHealth(
              exit.id(), SandboxHealth.State.DEAD, exit.reason(), exit.message(), Instant.now()));
      listeners.forEach(listener -> tell(listener, exit));
    }

    private void tell(Consumer<SandboxExit> listener, SandboxExit exit) {
      try {
        listener.accept(exit);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "a listener to exits failed", e);
      }
    }
  }
}
