package atoll.node.sandbox;

import atoll.core.SandboxId;
import atoll.core.Timeline;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxInspection;
import atoll.protocol.node.TemplateInfo;
import atoll.template.Template;
import atoll.vmm.Vmm;
import java.time.Instant;

/// The host's side of a launched sandbox, for people and for the command line.
final class Inspection {
  private Inspection() {}

  static SandboxInspection of(SandboxId id, Launched launched, Vmm vmm, Timeline timeline) {
    Template template = launched.template();
    return new SandboxInspection(
        id,
        slot(launched.slot()),
        network(launched.seat()),
        monitor(launched, vmm),
        new SandboxInspection.Disk(
            launched.paths().overlay().toString(), template.disk().toString()),
        new SandboxInspection.Memory(template.memory().toString(), template.info().memoryMib()),
        String.join(",", launched.group().paths()),
        timeline);
  }

  static RunningSandbox running(
      SandboxId id, Template template, String agentVersion, Instant readyAt, Timeline timeline) {
    TemplateInfo info = template.info();
    return new RunningSandbox(
        id,
        info.id(),
        agentVersion,
        info.cpuCount(),
        info.memoryMib(),
        info.diskMib(),
        readyAt,
        timeline);
  }

  private static SandboxInspection.Slot slot(NetworkSlot slot) {
    return new SandboxInspection.Slot(
        slot.index(),
        slot.anchor().toString(),
        slot.tapName(),
        slot.hostAddress(),
        slot.guestAddress(),
        slot.veth());
  }

  private static SandboxInspection.Network network(Seat seat) {
    return seat == null
        ? null
        : new SandboxInspection.Network(
            seat.network(),
            seat.address().toString(),
            seat.gateway(),
            seat.mac(),
            seat.bridge(),
            seat.portName());
  }

  private static SandboxInspection.Vmm monitor(Launched launched, Vmm vmm) {
    return new SandboxInspection.Vmm(
        vmm.kind().label(),
        vmm.accelerator().label(),
        launched.vm().pid(),
        launched.paths().controlSocket(vmm.kind()).toString(),
        launched.paths().console().toString());
  }
}
