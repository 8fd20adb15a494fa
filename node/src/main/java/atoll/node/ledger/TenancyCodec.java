package atoll.node.ledger;

import static atoll.node.ledger.HostObjectCodec.text;
import static atoll.node.ledger.HostObjectCodec.whole;

import atoll.core.SandboxId;
import atoll.core.Timeline;
import atoll.core.json.Json;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Tenancies as JSON, under the same rules as [HostObjectCodec].
final class TenancyCodec {
  static final String KIND = "tenancy";

  private TenancyCodec() {}

  static Json write(HostObject.Tenancy tenancy) {
    List<Json> stages =
        tenancy.timeline().entries().stream()
            .<Json>map(e -> Json.object("stage", e.stage(), "ms", e.millis()))
            .toList();
    return Json.object(
        "kind", KIND,
        "sandbox", tenancy.sandbox().value(),
        "run", tenancy.run(),
        "name", tenancy.name(),
        "group", tenancy.group(),
        "anchor", tenancy.anchor().toString(),
        "template", tenancy.template(),
        "agent", tenancy.agentVersion(),
        "ready", tenancy.readyAt().toString(),
        "timeline", stages);
  }

  static HostObject.Tenancy read(Json.Obj json) {
    return new HostObject.Tenancy(
        sandbox(text(json, "sandbox")),
        whole(json, "run"),
        text(json, "name"),
        text(json, "group"),
        Path.of(text(json, "anchor")),
        text(json, "template"),
        text(json, "agent"),
        instant(text(json, "ready")),
        timeline(json));
  }

  private static double millis(Json.Obj stage) {
    return stage.get("ms").orElse(Json.NULL) instanceof Json.Num number ? number.asDouble() : 0;
  }

  private static SandboxId sandbox(String text) {
    if (!SandboxId.isValid(text)) throw new IllegalArgumentException("no sandbox id: " + text);
    return new SandboxId(text);
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no time: " + text, e);
    }
  }

  private static Timeline timeline(Json.Obj json) {
    var entries = new ArrayList<Timeline.Entry>();
    for (Json each : json.items("timeline"))
      if (each instanceof Json.Obj stage)
        entries.add(new Timeline.Entry(text(stage, "stage"), millis(stage)));
    return new Timeline(entries);
  }
}
