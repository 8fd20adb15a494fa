package atoll.node.sandbox;

import atoll.node.gate.GuestAgent;
import atoll.node.gate.LaunchGate;
import atoll.template.Template;
import atoll.vmm.Vm;

/// A guest that runs and whose agent answers, and that is nobody yet: identity comes last.
///
/// A pool may keep such guests ahead of their sandboxes.
record Launched(
    Template template,
    SandboxPaths paths,
    NetworkSlot slot,
    Groups.Group group,
    Vm vm,
    GuestAgent agent,
    LaunchGate gate) {}
