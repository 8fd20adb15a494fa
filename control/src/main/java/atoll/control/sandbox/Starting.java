package atoll.control.sandbox;

import atoll.control.store.SandboxRow;
import atoll.control.store.SandboxStore;
import atoll.control.store.Team;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.core.Timeline;
import atoll.core.json.Json;
import atoll.protocol.network.NetworkName;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.TemplateInfo;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/// Starts sandboxes: admission, then the node, then the record. A start that fails leaves nothing
/// running.
final class Starting {
  private final SecureRandom random = new SecureRandom();
  private final SandboxStore store;
  private final NodeService node;
  private final Templates templates;
  private final Tokens tokens;
  private final Ending ending;
  private final InstantSource clock;

  Starting(
      SandboxStore store,
      NodeService node,
      Templates templates,
      Tokens tokens,
      Ending ending,
      InstantSource clock) {
    this.store = store;
    this.node = node;
    this.templates = templates;
    this.tokens = tokens;
    this.ending = ending;
    this.clock = clock;
  }

  SandboxRow start(Team team, SandboxSpec spec) {
    TemplateRef ref = TemplateRef.parse(spec.template());
    TemplateInfo template = templates.resolve(team, ref);
    Limits.check(team, spec.timeout());
    NetworkName network =
        spec.sharedNetwork() == null
            ? null
            : new NetworkName(team.id().toString(), spec.sharedNetwork());
    SandboxId id = SandboxId.next(random);
    String alias = template.names().isEmpty() ? null : template.names().getFirst();
    store.reserve(
        team,
        new SandboxStore.Reservation(
            id,
            template.id(),
            alias,
            spec.secured(),
            spec.network().internet(),
            spec.network().json(),
            spec.metadata()),
        clock.instant());
    return record(id, spec, onNode(id, template, spec, network));
  }

  private RunningSandbox onNode(
      SandboxId id, TemplateInfo template, SandboxSpec spec, NetworkName network) {
    String token = spec.secured() ? tokens.access(id) : null;
    try {
      return node.create(
          new CreateSandbox(
              id, template.id(), token, spec.envVars(), spec.network().policy(), network));
    } catch (Refusal e) {
      ending.failed(id, e.reason(), e.getMessage());
      throw e;
    } catch (RuntimeException e) {
      ending.failed(id, "internal_error", "the node failed");
      throw e;
    }
  }

  /// Lifetimes count from readiness, in the microseconds that the database keeps.
  private SandboxRow record(SandboxId id, SandboxSpec spec, RunningSandbox running) {
    Instant startedAt = running.readyAt().truncatedTo(ChronoUnit.MICROS);
    Instant endAt = startedAt.plus(spec.timeout());
    var shape =
        new SandboxRow.Shape(
            running.agentVersion(), running.cpuCount(), running.memoryMib(), running.diskMib());
    SandboxRow row;
    try {
      row =
          store
              .started(id, shape, json(running.timeline()), startedAt, endAt)
              .orElseThrow(() -> endedAtOnce(id));
    } catch (RuntimeException e) {
      ending.abandon(id, "start_not_recorded", "the start could not be recorded");
      throw e;
    }
    ending.expiry().schedule(id, endAt);
    return row;
  }

  private static Refusal endedAtOnce(SandboxId id) {
    return new Refusal.Failed(
        "sandbox_ended",
        "sandbox " + id + " ended right after its start",
        "inspect it: its console's last lines are kept",
        null,
        null);
  }

  static Json json(Timeline timeline) {
    return Json.of(
        timeline.entries().stream()
            .map(e -> Json.object("stage", e.stage(), "ms", rounded(e.millis())))
            .toList());
  }

  private static double rounded(double millis) {
    return Math.rint(millis * 1000) / 1000;
  }
}
