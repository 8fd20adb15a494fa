package atoll.control.sandbox;

import atoll.control.store.IdempotencyKeys;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// Makes a create repeatable: the same key and request give the same sandbox, without a second one
/// being made.
final class Idempotency {
  private final IdempotencyKeys keys;
  private final Persist persist;
  private final InstantSource clock;

  /// This run of control: a key that another run left unfinished will never be finished.
  private final UUID owner = UUID.randomUUID();

  Idempotency(IdempotencyKeys keys, Persist persist, InstantSource clock) {
    this.keys = keys;
    this.persist = persist;
    this.clock = clock;
  }

  /// The sandbox made by `create`, or the id of the one that an earlier request with this key made.
  record Outcome<T>(T made, SandboxId earlier) {}

  <T> Outcome<T> once(
      Team team,
      SandboxSpec spec,
      Supplier<T> create,
      java.util.function.Function<T, SandboxId> idOf) {
    String key = spec.idempotencyKey();
    if (key == null) return new Outcome<>(create.get(), null);
    Optional<IdempotencyKeys.Claim> earlier =
        keys.claim(team.id(), key, spec.fingerprint(), owner, clock.instant());
    if (earlier.isPresent()) return new Outcome<>(null, answer(spec, earlier.get()));
    T made = createOrRelease(team, key, create);
    persist.until(
        "remembering an idempotency key", () -> keys.done(team.id(), key, idOf.apply(made)));
    return new Outcome<>(made, null);
  }

  private <T> T createOrRelease(Team team, String key, Supplier<T> create) {
    boolean done = false;
    try {
      T made = create.get();
      done = true;
      return made;
    } finally {
      if (!done)
        persist.until("giving back an idempotency key", () -> keys.release(team.id(), key));
    }
  }

  private SandboxId answer(SandboxSpec spec, IdempotencyKeys.Claim earlier) {
    if (!earlier.fingerprint().equals(spec.fingerprint())) {
      throw new Refusal.Mismatch(
          "idempotency_request_mismatch",
          "this Idempotency-Key was used with another request body");
    }
    if (earlier.sandbox() != null) return earlier.sandbox();
    if (earlier.owner().equals(owner)) {
      throw new Refusal.Conflict(
          "idempotency_in_progress", "a request with this Idempotency-Key is being worked on");
    }
    throw new Refusal.Conflict(
        "idempotency_outcome_unknown",
        "a request with this Idempotency-Key was cut off by a restart: list the sandboxes, then use another key");
  }
}
