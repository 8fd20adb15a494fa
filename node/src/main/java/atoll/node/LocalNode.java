package atoll.node;

import atoll.core.Bytes;
import atoll.core.Refusal;
import atoll.core.SandboxId;
import atoll.node.sandbox.Sandboxes;
import atoll.node.sandbox.Workshop;
import atoll.node.shared.SharedNetworks;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.NetworkName;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.NodeInfo;
import atoll.protocol.node.NodeService;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.protocol.node.SandboxHealth;
import atoll.protocol.node.SandboxInspection;
import atoll.protocol.node.SharedNetworkInfo;
import atoll.protocol.node.TemplateInfo;
import atoll.template.Template;
import atoll.template.TemplateStore;
import atoll.vmm.Accelerator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The node of this very process: control's calls become calls on sandboxes.
final class LocalNode implements NodeService {
  private static final int MOST_CONSOLE_LINES = 10_000;

  private final Workshop workshop;
  private final Sandboxes sandboxes;
  private final TemplateStore templates;
  private final Monitors monitors;
  private final SharedNetworks networks;
  private final String internet;

  LocalNode(
      Workshop workshop,
      Sandboxes sandboxes,
      TemplateStore templates,
      Monitors monitors,
      SharedNetworks networks,
      String internet) {
    this.workshop = workshop;
    this.sandboxes = sandboxes;
    this.templates = templates;
    this.monitors = monitors;
    this.networks = networks;
    this.internet = internet;
  }

  @Override
  public RunningSandbox create(CreateSandbox request) {
    return sandboxes.create(request, templates.require(request.template()));
  }

  @Override
  public boolean kill(SandboxId id) {
    return sandboxes.kill(id);
  }

  @Override
  public void updateEgress(SandboxId id, EgressPolicy policy) {
    sandboxes.updateEgress(id, policy);
  }

  @Override
  public SharedNetworkInfo createNetwork(NetworkName name, String subnet) {
    return networks.create(name, subnet);
  }

  @Override
  public List<SharedNetworkInfo> networks(String owner) {
    return networks.of(owner);
  }

  @Override
  public boolean removeNetwork(NetworkName name) {
    return networks.remove(name);
  }

  @Override
  public List<RunningSandbox> running() {
    return sandboxes.running();
  }

  @Override
  public Optional<SandboxInspection> inspect(SandboxId id) {
    return sandboxes.inspect(id);
  }

  @Override
  public Optional<SandboxHealth> health(SandboxId id) {
    return sandboxes.health(id);
  }

  @Override
  public void onHealth(Consumer<SandboxHealth> listener) {
    sandboxes.onHealth(listener);
  }

  @Override
  public List<String> console(SandboxId id, int lines) {
    return sandboxes.console(id, Math.clamp(lines, 0, MOST_CONSOLE_LINES));
  }

  @Override
  public List<TemplateInfo> templates() {
    return templates.offered().stream().map(Template::info).toList();
  }

  @Override
  public NodeInfo info() {
    Accelerator accelerator = workshop.vmm().accelerator();
    return new NodeInfo(
        workshop.vmm().kind().label(),
        accelerator.label(),
        accelerator == Accelerator.KVM,
        monitors.reason(),
        monitors.evidence(),
        workshop.groups().kind(),
        internet,
        sandboxes.running().size(),
        workshop.slots().ready(),
        memoryFree().toMib());
  }

  private Bytes memoryFree() {
    try {
      return new Bytes(sandboxes.memoryFree());
    } catch (IOException e) {
      throw new Refusal.Failed(
          "host_unreadable", "the host's memory cannot be read: " + e.getMessage(), null, null, e);
    }
  }

  @Override
  public void onExit(Consumer<SandboxExit> listener) {
    sandboxes.onExit(listener);
  }
}
