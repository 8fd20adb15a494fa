package atoll.control.http;

import atoll.control.store.TemplateCounts.Count;
import atoll.core.json.Json;
import atoll.protocol.node.TemplateInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Templates as clients see them.
final class TemplateJson {
  private TemplateJson() {}

  static Json listed(TemplateInfo template, Count count) {
    var json = common(template, count);
    json.put("buildID", String.valueOf(template.buildId()));
    json.put("cpuCount", template.cpuCount());
    json.put("memoryMB", template.memoryMib());
    json.put("diskSizeMB", template.diskMib());
    json.put("createdBy", null);
    json.put("buildCount", 1);
    json.put("envdVersion", template.agentVersion());
    json.put("buildStatus", "ready");
    return Json.of(json);
  }

  static Json detail(TemplateInfo template, Count count) {
    var json = common(template, count);
    json.put("builds", List.of(build(template)));
    return Json.of(json);
  }

  private static Json build(TemplateInfo template) {
    String made = template.createdAt().toString();
    return Json.object(
        "buildID",
        String.valueOf(template.buildId()),
        "status",
        "ready",
        "createdAt",
        made,
        "updatedAt",
        made,
        "finishedAt",
        made,
        "cpuCount",
        template.cpuCount(),
        "memoryMB",
        template.memoryMib(),
        "diskSizeMB",
        template.diskMib(),
        "envdVersion",
        template.agentVersion());
  }

  private static Map<String, Object> common(TemplateInfo template, Count count) {
    var json = new LinkedHashMap<String, Object>();
    json.put("templateID", template.id());
    json.put("public", true);
    json.put("aliases", template.names());
    json.put("names", template.names());
    json.put("createdAt", template.createdAt().toString());
    json.put("updatedAt", template.createdAt().toString());
    json.put(
        "lastSpawnedAt", count.lastSpawnedAt() == null ? null : count.lastSpawnedAt().toString());
    json.put("spawnCount", count.spawned());
    return json;
  }
}
