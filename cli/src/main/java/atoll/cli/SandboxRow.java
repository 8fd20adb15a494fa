package atoll.cli;

import atoll.core.json.Json;

/// One sandbox as commands print it, made from the control API's description. The JSON names are
/// part of the contract.
///
/// @param health as the control API tells it, or null where it is not known
record SandboxRow(Json.Obj api, Json.Obj health) {
  /// `healthy`, `degraded: CAUSE`, or a dash.
  String condition() {
    if (health == null) return "-";
    String cause = health.text("cause").orElse("");
    return health.text("state").orElse("-") + (cause.isEmpty() ? "" : ": " + cause);
  }

  Json.Obj json() {
    return Json.object(
        "sandboxId", id(),
        "templateId", text("templateID"),
        "template", text("alias"),
        "state", text("state"),
        "startedAt", text("startedAt"),
        "endAt", text("endAt"),
        "cpuCount", api.whole("cpuCount").orElse(null),
        "memoryMib", api.whole("memoryMB").orElse(null),
        "diskMib", api.whole("diskSizeMB").orElse(null),
        "agentVersion", text("envdVersion"),
        "health", health,
        "metadata", api.object("metadata"));
  }

  String id() {
    return api.text("sandboxID").orElseThrow();
  }

  /// The template's name if it has one, else its id.
  String template() {
    return api.text("alias").or(() -> api.text("templateID")).orElse("?");
  }

  /// The text of a member, or null.
  String text(String name) {
    return api.text(name).orElse(null);
  }
}
