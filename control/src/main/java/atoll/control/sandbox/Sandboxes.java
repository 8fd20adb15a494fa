package atoll.control.sandbox;

import atoll.control.store.Database;
import atoll.control.store.IdempotencyKeys;
import atoll.control.store.SandboxQuery;
import atoll.control.store.SandboxRow;
import atoll.control.store.SandboxState;
import atoll.control.store.SandboxStore;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.protocol.node.NodeService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Every sandbox of every team: started, prolonged, listed and ended here.
///
/// - **Owner** whoever opened it; [#close()] stops the timers and leaves the sandboxes running.
/// - **Threads** safe on any; calls block until done.
/// - **Fails** with a [Refusal] only.
public final class Sandboxes implements AutoCloseable {
  /// Ended sandboxes are remembered so long, for those who ask why.
  private static final Duration REMEMBERED = Duration.ofDays(7);

  private static final Duration KEYS_REMEMBERED = Duration.ofDays(1);
  private static final int NETWORK_TURNS = 64;
  private static final Duration SWEEP = Duration.ofHours(1);

  private final SandboxStore store;
  private final IdempotencyKeys keys;
  private final InstantSource clock;
  private final NodeService node;
  private final Timers timers = new Timers();

  /// A sandbox's changes share one of these; a few others' may too.
  private final List<ReentrantLock> networkTurns =
      Stream.generate(ReentrantLock::new).limit(NETWORK_TURNS).toList();

  private final Ending ending;
  private final Starting starting;
  private final Idempotency idempotency;

  private Sandboxes(
      Database database, NodeService node, String nodeName, Tokens tokens, InstantSource clock) {
    this.store = new SandboxStore(database, nodeName);
    this.keys = new IdempotencyKeys(database);
    this.clock = clock;
    this.node = node;
    this.ending = new Ending(store, node, clock, timers);
    this.starting = new Starting(store, node, new Templates(node), tokens, ending, clock);
    this.idempotency = new Idempotency(keys, new Persist(timers), clock);
  }

  /// Makes store and node agree, then listens to the node.
  public static Sandboxes open(
      Database database, NodeService node, String nodeName, Tokens tokens, InstantSource clock) {
    var sandboxes = new Sandboxes(database, node, nodeName, tokens, clock);
    node.onExit(sandboxes.ending::exited);
    sandboxes.ending.reconcile();
    sandboxes.sweep();
    return sandboxes;
  }

  private void sweep() {
    timers.after(SWEEP, this::sweep);
    new Persist(timers)
        .until(
            "forgetting what ended long ago",
            () -> store.forgetEnded(clock.instant().minus(REMEMBERED)));
    new Persist(timers)
        .until(
            "forgetting idempotency keys",
            () -> keys.forget(clock.instant().minus(KEYS_REMEMBERED)));
  }

  /// Returns when the sandbox answers. A repeated idempotency key gives the sandbox of the first
  /// time.
  public SandboxRow create(Team team, SandboxSpec spec) {
    var outcome = idempotency.once(team, spec, () -> starting.start(team, spec), SandboxRow::id);
    return outcome.made() != null ? outcome.made() : repeated(team, outcome.earlier());
  }

  private SandboxRow repeated(Team team, SandboxId id) {
    return store
        .find(team.id(), id)
        .filter(row -> row.shape() != null)
        .orElseThrow(() -> notFound(id));
  }

  /// A running sandbox, or a refusal that says why it does not run.
  public SandboxRow get(Team team, SandboxId id) {
    SandboxRow row = known(team, id);
    if (row.state() == SandboxState.RUNNING) return row;
    throw notRunning(row);
  }

  /// Any sandbox of the team, also one that ended.
  public SandboxRow known(Team team, SandboxId id) {
    return store.find(team.id(), id).orElseThrow(() -> notFound(id));
  }

  /// False if it does not run.
  public boolean kill(Team team, SandboxId id) {
    return ending.kill(team, id);
  }

  /// Sets the end to `timeout` from now, earlier too; zero ends it now.
  public void setTimeout(Team team, SandboxId id, Duration timeout) {
    SandboxRow row = running(team, id);
    Instant endAt = Limits.endAt(team, row, timeout, now());
    remind(store.endAt(team.id(), id, endAt).orElseThrow(() -> endedMeanwhile(team, id)));
  }

  /// Moves the end to `timeout` from now unless it is later already.
  public SandboxRow extend(Team team, SandboxId id, Duration timeout) {
    Limits.check(team, timeout);
    SandboxRow row = running(team, id);
    Instant endAt = Limits.endAt(team, row, timeout, now());
    SandboxRow extended =
        store.extendTo(team.id(), id, endAt).orElseThrow(() -> endedMeanwhile(team, id));
    remind(extended);
    return extended;
  }

  /// Replaces what a running sandbox may reach, on its node and in the store. Changes of one
  /// sandbox come one after the other; the last one stays, whole.
  public void updateNetwork(Team team, SandboxId id, NetworkSpec wanted) {
    ReentrantLock turn = networkTurns.get(Math.floorMod(id.hashCode(), networkTurns.size()));
    turn.lock();
    try {
      running(team, id);
      node.updateEgress(id, wanted.policy());
      if (store.network(team.id(), id, wanted.internet(), wanted.json()).isEmpty())
        throw endedMeanwhile(team, id);
    } finally {
      turn.unlock();
    }
  }

  /// As [#get], for those who want to change it: one that is being ended is a conflict.
  private SandboxRow running(Team team, SandboxId id) {
    SandboxRow row = known(team, id);
    if (row.state() != SandboxState.KILLING) return get(team, id);
    throw new Refusal.Conflict(
        "sandbox_ending", "sandbox " + id + " is being ended (" + row.end().reason() + ")");
  }

  private Refusal endedMeanwhile(Team team, SandboxId id) {
    return notRunning(known(team, id));
  }

  private void remind(SandboxRow row) {
    ending.expiry().schedule(row.id(), row.endAt());
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  public List<SandboxRow> list(SandboxQuery query) {
    return store.list(query);
  }

  public int count(SandboxQuery query) {
    return store.count(query);
  }

  private static Refusal notFound(SandboxId id) {
    return new Refusal.NotFound("sandbox_not_found", "sandbox " + id + " was not found");
  }

  private static Refusal notRunning(SandboxRow row) {
    return switch (row.state()) {
      case STARTING, RUNNING -> notFound(row.id());
      case KILLING ->
          new Refusal.NotFound(
              "sandbox_ending",
              "sandbox "
                  + row.id()
                  + " was not found: it is being ended ("
                  + row.end().reason()
                  + ")");
      case ENDED ->
          new Refusal.NotFound(
              "sandbox_ended",
              "sandbox %s was not found: it ended at %s (%s)%s"
                  .formatted(
                      row.id(),
                      row.end().at(),
                      row.end().reason(),
                      row.end().message() == null ? "" : ": " + row.end().message()));
    };
  }

  @Override
  public void close() {
    ending.close();
    timers.close();
  }
}
