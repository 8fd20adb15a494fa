package atoll.protocol.node;

import atoll.core.SandboxId;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.NetworkName;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// What control asks of one node. In one JVM this is a direct call; apart, the same calls travel
/// the wire.
///
/// - **Threads** every method may be called from any thread, virtual ones included, and blocks
///   until done.
/// - **Fails** with a [Refusal] only. A create that fails has left nothing behind when it returns.
public interface NodeService {
  /// Starts a sandbox and returns when the launch gate is passed: the agent is initialised and
  /// answers.
  RunningSandbox create(CreateSandbox request);

  /// Ends a sandbox and returns when nothing of it is left on the host. False if there was none.
  boolean kill(SandboxId id);

  /// Puts another egress policy in force on a running sandbox, for established connections too. Of
  /// two at once the last one stays, whole.
  void updateEgress(SandboxId id, EgressPolicy policy);

  /// Makes a shared network and proves that the host carries it.
  ///
  /// @param subnet a CIDR, or null for one that the host does not use
  SharedNetworkInfo createNetwork(NetworkName name, String subnet);

  /// The shared networks of one owner.
  List<SharedNetworkInfo> networks(String owner);

  /// Removes a shared network that no sandbox is in. False if there was none.
  boolean removeNetwork(NetworkName name);

  List<RunningSandbox> running();

  /// The host's side of one sandbox.
  Optional<SandboxInspection> inspect(SandboxId id);

  /// How well a running sandbox is; empty if it does not run here.
  Optional<SandboxHealth> health(SandboxId id);

  /// Called with each change of a sandbox's health, its death included; never for one that was
  /// killed.
  void onHealth(Consumer<SandboxHealth> listener);

  /// The last lines of the guest's console, oldest first, at most `lines`.
  List<String> console(SandboxId id, int lines);

  List<TemplateInfo> templates();

  NodeInfo info();

  /// Called once for each sandbox that ended without [#kill]: a crash of the VMM, a guest that
  /// powered off.
  void onExit(Consumer<SandboxExit> listener);
}
