package atoll.control.http;

import atoll.core.json.Json;
import atoll.protocol.node.NodeInfo;
import atoll.protocol.node.SandboxInspection;
import atoll.protocol.node.TemplateInfo;
import java.util.LinkedHashMap;
import java.util.List;

/// What a node tells of itself and of its sandboxes, under the names of the contract's records.
final class NodeJson {
  private NodeJson() {}

  static Json node(NodeInfo info, List<TemplateInfo> templates) {
    return Json.object(
        "vmm",
        info.vmm(),
        "accelerator",
        info.accelerator(),
        "hardwareIsolation",
        info.hardwareIsolation(),
        "acceleratorReason",
        info.acceleratorReason(),
        "acceleratorEvidence",
        info.acceleratorEvidence(),
        "cgroups",
        info.cgroups(),
        "sandboxes",
        info.sandboxes(),
        "slotsReady",
        info.slotsReady(),
        "internet",
        info.internet(),
        "memoryFreeMib",
        info.memoryFreeMib(),
        "templates",
        templates.stream().map(NodeJson::template).toList());
  }

  private static Json template(TemplateInfo template) {
    return Json.object(
        "id",
        template.id(),
        "names",
        template.names(),
        "buildId",
        String.valueOf(template.buildId()),
        "cpuCount",
        template.cpuCount(),
        "memoryMib",
        template.memoryMib(),
        "diskMib",
        template.diskMib(),
        "agentVersion",
        template.agentVersion(),
        "vmm",
        template.vmm(),
        "createdAt",
        template.createdAt().toString());
  }

  static Json inspection(SandboxInspection inspection, Json health, Json timeline) {
    return Json.object(
        "sandboxId",
        inspection.sandboxId().value(),
        "slot",
        slot(inspection.slot()),
        "network",
        inspection.network() == null ? null : network(inspection.network()),
        "vmm",
        vmm(inspection.vmm()),
        "disk",
        Json.object("overlay", inspection.disk().overlay(), "base", inspection.disk().base()),
        "memory",
        Json.object("file", inspection.memory().file(), "mib", inspection.memory().mib()),
        "cgroup",
        inspection.cgroup(),
        "health",
        health,
        "timeline",
        timeline);
  }

  private static Json slot(SandboxInspection.Slot slot) {
    var json = new LinkedHashMap<String, Object>();
    json.put("index", slot.index());
    json.put("netns", slot.netns());
    json.put("tap", slot.tap());
    json.put("hostAddress", slot.hostAddress());
    json.put("guestAddress", slot.guestAddress());
    json.put("veth", slot.veth()); // null is said, not left out: there is no egress
    return Json.of(json);
  }

  private static Json network(SandboxInspection.Network network) {
    return Json.object(
        "name", network.name(),
        "address", network.address(),
        "gateway", network.gateway(),
        "mac", network.mac(),
        "bridge", network.bridge(),
        "port", network.port());
  }

  private static Json vmm(SandboxInspection.Vmm vmm) {
    return Json.object(
        "kind",
        vmm.kind(),
        "accelerator",
        vmm.accelerator(),
        "pid",
        vmm.pid(),
        "qmp",
        vmm.qmp(),
        "console",
        vmm.console());
  }
}
