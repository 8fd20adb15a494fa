package atoll.node.sandbox;

import atoll.core.SandboxId;
import atoll.template.Template;
import atoll.vmm.Jail;
import atoll.vmm.VmSpec;
import atoll.vmm.VmmKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/// All names and paths of one run of a sandbox; every part of them is made here.
///
/// @param name of the monitor and its folder: unique in this home for ever
/// @param group name of the control group: unique on this host
/// @param egress file with the egress policy, outside the folder that is the monitor's
public record SandboxPaths(String name, String group, Path directory, Path egress) {
  static final String POLICY = "policy.json";
  private static final int LONGEST_ID_IN_NAME =
      24; // keeps the control socket's path under 108 bytes

  static SandboxPaths of(Path home, SandboxId id, long run) {
    String value = id.value();
    String name = (value.length() <= LONGEST_ID_IN_NAME ? value : "sandbox") + "-" + run;
    return named(home, name);
  }

  /// `name` is safe as part of a file name.
  static SandboxPaths named(Path home, String name) {
    return new SandboxPaths(
        name,
        groupMark(home) + name,
        home.resolve("sandboxes").resolve(name),
        home.resolve("egress").resolve(name).resolve(POLICY));
  }

  /// How the names of all groups of a home begin.
  public static String groupMark(Path home) {
    return homeTag(home) + "-";
  }

  /// Control groups of all homes on a host lie side by side; the tag keeps equal names apart.
  private static String homeTag(Path home) {
    var crc = new CRC32C();
    crc.update(home.toString().getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", crc.getValue());
  }

  /// Where this kind of monitor takes orders.
  Path controlSocket(VmmKind kind) {
    return switch (kind) {
      case QEMU -> jail().controlSocket();
      case FIRECRACKER -> jail().apiSocket();
    };
  }

  Path console() {
    return jail().console();
  }

  private Jail jail() {
    return new Jail(directory, null, null, 1, 1, _ -> {}); // only its paths are asked
  }

  /// The machine of a sandbox with these paths.
  VmSpec machine(Template template, String guestMac) {
    return new VmSpec(
        name,
        template.info().cpuCount(),
        template.memorySize(),
        overlay(),
        guestMac,
        template.restore());
  }

  Path overlay() {
    return directory.resolve("overlay.qcow2");
  }
}
