package atoll.node.sandbox;

import atoll.core.SandboxId;
import atoll.vmm.Jail;
import java.nio.file.Path;

/// All paths of one run of a sandbox; every name in them is made here.
///
/// @param name of the monitor, the folder and the control group: unique in this home for ever
record SandboxPaths(String name, Path directory) {
  private static final int LONGEST_ID_IN_NAME = 32;

  static SandboxPaths of(Path home, SandboxId id, long run) {
    String value = id.value();
    String name = (value.length() <= LONGEST_ID_IN_NAME ? value : "sandbox") + "-" + run;
    return new SandboxPaths(name, home.resolve("sandboxes").resolve(name));
  }

  Path controlSocket() {
    return jail().controlSocket();
  }

  Path console() {
    return jail().console();
  }

  private Jail jail() {
    return new Jail(directory, null, null, 1, 1, _ -> {}); // only its paths are asked
  }

  Path overlay() {
    return directory.resolve("overlay.qcow2");
  }
}
