package atoll.node.sandbox;

import atoll.node.gate.GuestAgent;
import atoll.node.gate.Identity;
import atoll.node.gate.LaunchGate;
import atoll.node.ledger.HostObject;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.RunningSandbox;
import atoll.template.Template;
import atoll.vmm.Vm;
import java.util.List;

/// A guest that runs and whose agent answers, and that is nobody yet: identity comes last.
///
/// A pool may keep such guests ahead of their sandboxes.
///
/// @param seat null outside shared networks
record Launched(
    Template template,
    SandboxPaths paths,
    NetworkSlot slot,
    Seat seat,
    Groups.Group group,
    Vm vm,
    GuestAgent agent,
    LaunchGate gate) {

  /// What a later process must know to take the sandbox over.
  HostObject.Tenancy tenancy(RunningSandbox running, long run) {
    return new HostObject.Tenancy(
        running.id(),
        run,
        paths.name(),
        paths.group(),
        slot.anchor(),
        running.templateId(),
        running.agentVersion(),
        running.readyAt(),
        running.timeline());
  }

  /// Who the guest becomes.
  Identity identity(CreateSandbox request) {
    return new Identity(
        request.id(),
        template.info().id(),
        request.accessToken(),
        request.envVars(),
        request.id().value(),
        "user",
        "/home/user",
        seat == null ? List.of() : List.of(seat.address().toString()));
  }
}
