package atoll.control.http;

import atoll.control.store.SandboxRow;
import atoll.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sandboxes as clients see them.
///
/// @param domain null to leave the clients' own alone
record SandboxJson(atoll.control.sandbox.Tokens tokens, String domain) {
  /// Clients still read this; it means nothing any more.
  private static final String CLIENT_ID = "6532622b";

  /// The reply to create and connect. Python needs the first four members.
  Json created(SandboxRow row) {
    var json = new LinkedHashMap<String, Object>();
    json.put("templateID", row.templateId());
    json.put("sandboxID", row.id().value());
    json.put("clientID", CLIENT_ID);
    json.put("envdVersion", row.shape().agentVersion());
    if (row.alias() != null) json.put("alias", row.alias());
    if (row.secured()) json.put("envdAccessToken", tokens.access(row.id()));
    json.put("trafficAccessToken", null);
    json.put("domain", domain);
    return Json.of(json);
  }

  Json listed(SandboxRow row) {
    return Json.of(common(row));
  }

  Json detail(SandboxRow row) {
    var json = common(row);
    if (row.secured()) json.put("envdAccessToken", tokens.access(row.id()));
    json.put("domain", domain);
    json.put("allowInternetAccess", row.internet());
    if (row.network() != null) json.put("network", row.network());
    json.put("lifecycle", Json.object("onTimeout", "kill", "autoResume", false));
    return Json.of(json);
  }

  private static Map<String, Object> common(SandboxRow row) {
    var json = new LinkedHashMap<String, Object>();
    json.put("templateID", row.templateId());
    if (row.alias() != null) json.put("alias", row.alias());
    json.put("sandboxID", row.id().value());
    json.put("clientID", CLIENT_ID);
    json.put("startedAt", row.startedAt().toString());
    json.put("endAt", row.endAt().toString());
    json.put("cpuCount", row.shape().cpuCount());
    json.put("memoryMB", row.shape().memoryMib());
    json.put("diskSizeMB", row.shape().diskMib());
    json.put("metadata", row.metadata());
    json.put("state", "running");
    json.put("envdVersion", row.shape().agentVersion());
    return json;
  }
}
