package atoll.node.health;

import atoll.core.Deadline;
import atoll.core.Rung;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.LinkWatch;
import atoll.node.gate.GuestAgent;
import atoll.protocol.node.SandboxHealth;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The watch over one sandbox. See [HealthWatch].
public final class Watch implements AutoCloseable {
  /// The code of a port in a shared network that carries nothing.
  public static final String PORT_CUT = "port_cut";

  private static final System.Logger LOG = System.getLogger(Watch.class.getName());
  private static final Duration USUAL = Duration.ofSeconds(20);
  private static final Duration UNSETTLED = Duration.ofSeconds(1);

  /// A guest in software that works at full load answers late.
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final Patient patient;
  private final HealthWatch owner;
  private final Condition condition; // LOCK: looking
  private final ReentrantLock looking = new ReentrantLock();
  private volatile SandboxHealth now;
  private volatile LinkWatch events; // null without
  private volatile GuestAgent asked; // while a look asks it
  private volatile long dueNanos = System.nanoTime() + USUAL.toNanos();
  private volatile boolean queued;
  private volatile boolean closed;
  private volatile boolean ill;

  Watch(Patient patient, SandboxHealth now, HealthWatch owner) throws IOException {
    this.patient = patient;
    this.owner = owner;
    this.condition = new Condition(now);
    this.now = now;
    this.events = patient.linkEvents();
    if (events != null) events.drain(); // what came before is known
  }

  /// The sandbox's health at the last look.
  public SandboxHealth now() {
    return now;
  }

  /// Whether anything was ever wrong with it.
  public boolean wasIll() {
    return ill;
  }

  int eventDescriptor() {
    LinkWatch open = events;
    if (open == null || closed || queued) return -1;
    try {
      return open.fd();
    } catch (IllegalStateException closedMeanwhile) {
      return -1;
    }
  }

  void withoutEvents() {
    events = null;
  }

  Duration untilDue() {
    return queued ? USUAL : Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime()));
  }

  /// Whether a look must be taken now; true once for each.
  boolean isDue() throws KernelException {
    LinkWatch open = events;
    if (closed || queued) return false;
    boolean told = open != null && open.drain();
    if (!told && dueNanos - System.nanoTime() > 0) return false;
    queued = true;
    return true;
  }

  void look() {
    looking.lock();
    try {
      if (closed) return;
      Optional<SandboxHealth> changed = condition.see(sight(), Instant.now());
      if (closed) return;
      now = condition.now();
      changed.ifPresent(this::tell);
      Duration pause = condition.isUnsettled() ? UNSETTLED : USUAL;
      dueNanos = System.nanoTime() + pause.toNanos();
    } finally {
      queued = false;
      looking.unlock();
      owner.wake();
    }
  }

  private void tell(SandboxHealth change) {
    if (change.state() != SandboxHealth.State.HEALTHY) ill = true;
    LOG.log(
        System.Logger.Level.INFO,
        "sandbox {0} is {1} {2} {3}",
        change.id(),
        change.state(),
        change.cause(),
        change.message());
    owner.tell(change);
  }

  /// From the host outwards: the first thing that is wrong is the cause.
  private Condition.Sight sight() {
    Optional<String> link = patient.linkFault();
    if (link.isPresent()) return new Condition.Sight(link.get(), words(link.get()));
    try (GuestAgent agent = patient.agent()) {
      asked = agent;
      if (closed) return Condition.Sight.WELL;
      return ask(agent);
    } finally {
      asked = null;
    }
  }

  private static Condition.Sight ask(GuestAgent agent) {
    var deadline = Deadline.after(ANSWER);
    try {
      agent.connect(deadline);
    } catch (IOException e) {
      return new Condition.Sight(
          Rung.AGENT_TCP.code(), "the agent takes no connection: " + e.getMessage());
    }
    try {
      agent.health(deadline);
      return Condition.Sight.WELL;
    } catch (IOException e) {
      return new Condition.Sight(
          Rung.AGENT_HEALTH.code(), "the agent does not say that it is well: " + e.getMessage());
    }
  }

  private static String words(String fault) {
    return switch (fault) {
      case "tap_gone" -> "its tap was removed while its monitor runs";
      case PORT_CUT -> "its port in the shared network carries nothing; everything else may";
      case "link_down" -> "its tap was set down";
      default -> "its tap has no carrier: the monitor lets go of it";
    };
  }

  /// Returns when no look is under way; none is taken afterwards. May be repeated.
  @Override
  public void close() {
    closed = true;
    owner.forget(this);
    GuestAgent waiting = asked;
    if (waiting != null) waiting.close();
    boolean over = false;
    try {
      over = looking.tryLock(ANSWER.toMillis() * 2, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (over) looking.unlock();
  }
}
