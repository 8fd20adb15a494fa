package atoll.cli;

import atoll.core.json.Json;

/// One sandbox as commands print it, made from the control API's description. The JSON names are
/// part of the contract.
record SandboxRow(Json.Obj api) {
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
