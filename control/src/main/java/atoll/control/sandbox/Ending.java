package atoll.control.sandbox;

import atoll.control.store.SandboxRow;
import atoll.control.store.SandboxState;
import atoll.control.store.SandboxStore;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.SandboxExit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Collectors;

/// All the ways in which a sandbox ends: killed, expired, ended by itself, lost with its node.
///
/// Who makes the store's transition to `killing` does the rest, so a kill and an expiry at the same
/// moment end it once.
final class Ending {
  private static final System.Logger LOG = System.getLogger(Ending.class.getName());

  /// An expiry that met an absent database looks again so soon.
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final SandboxStore store;
  private final NodeService node;
  private final InstantSource clock;
  private final Persist persist;
  private final Expiry expiry;
  private volatile boolean closed;

  Ending(SandboxStore store, NodeService node, InstantSource clock, Timers timers) {
    this.store = store;
    this.node = node;
    this.clock = clock;
    this.persist = new Persist(timers);
    this.expiry = new Expiry(timers, clock, this::expired);
  }

  Expiry expiry() {
    return expiry;
  }

  /// Returns when nothing of it is left. False if it does not run.
  boolean kill(Team team, SandboxId id) {
    if (store.beginKill(team.id(), id).isEmpty()) return false;
    expiry.forget(id);
    finish(id);
    return true;
  }

  /// Takes a sandbox in state `killing` to its end. If the node cannot, says so, and goes on
  /// trying.
  void finish(SandboxId id) {
    try {
      endOnNode(id);
    } catch (Refusal e) {
      persist.until("killing " + id, () -> endOnNode(id));
      throw e;
    }
  }

  private void endOnNode(SandboxId id) {
    node.kill(id);
    record(id, new SandboxRow.End(clock.instant(), "killed", null, null));
  }

  /// What was begun under this id came to nothing.
  void failed(SandboxId id, String reason, String message) {
    record(id, new SandboxRow.End(clock.instant(), reason, message, null));
  }

  /// A sandbox that nobody may reach any more, running or not, is taken down and recorded.
  void abandon(SandboxId id, String reason, String message) {
    persist.until("killing " + id, () -> node.kill(id));
    failed(id, reason, message);
  }

  /// Ends that come later are found by the next start: see [#reconcile()].
  void close() {
    closed = true;
  }

  void exited(SandboxExit exit) {
    if (closed) return;
    expiry.forget(exit.id());
    String console =
        exit.consoleTail().isEmpty()
            ? null
            : String.join("\n", exit.consoleTail()).replace("\0", "");
    record(exit.id(), new SandboxRow.End(clock.instant(), exit.reason(), exit.message(), console));
  }

  private void record(SandboxId id, SandboxRow.End end) {
    persist.until("recording the end of " + id, () -> store.ended(id, end));
  }

  private void expired(SandboxId id) {
    try {
      if (store.beginExpiry(id, clock.instant()).isPresent()) finish(id);
      else
        store
            .endOf(id)
            .ifPresent(endAt -> expiry.schedule(id, endAt)); // prolonged since, or a moment early
    } catch (Refusal.Unavailable e) {
      LOG.log(System.Logger.Level.WARNING, "{0} is over its time, but: {1}", id, e.getMessage());
      expiry.schedule(id, clock.instant().plus(LOOK_AGAIN));
    } catch (Refusal e) {
      LOG.log(System.Logger.Level.ERROR, "ending " + id + " failed", e);
    }
  }

  /// Makes store and node agree after a start of control. Sandboxes that run on are reminded of
  /// their end.
  void reconcile() {
    var living = node.running().stream().map(sandbox -> sandbox.id()).collect(Collectors.toSet());
    for (SandboxRow row : store.alive()) {
      boolean lives = living.remove(row.id());
      if (lives && row.state() == SandboxState.RUNNING) expiry.schedule(row.id(), row.endAt());
      else if (lives && row.state() == SandboxState.KILLING)
        persist.until("killing " + row.id(), () -> endOnNode(row.id()));
      else if (lives)
        abandon(
            row.id(), "control_restarted", "control was restarted while this was " + row.state());
      else failed(row.id(), "lost", "its node no longer has it");
    }
    if (!living.isEmpty())
      LOG.log(
          System.Logger.Level.WARNING,
          "the node runs sandboxes that are not recorded: {0}",
          living);
  }
}
