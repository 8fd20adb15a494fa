package atoll.protocol.node;

import atoll.core.SandboxId;
import java.util.List;

/// The end of a sandbox that nobody asked for.
///
/// @param reason stable slug such as `vmm_exited`
/// @param consoleTail last lines of the guest's console
public record SandboxExit(SandboxId id, String reason, String message, List<String> consoleTail) {
  public SandboxExit {
    consoleTail = List.copyOf(consoleTail);
  }
}
