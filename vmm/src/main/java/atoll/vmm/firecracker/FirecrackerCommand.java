package atoll.vmm.firecracker;

import atoll.vmm.Jail;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line of one Firecracker process, by its jailer or without one.
///
/// The seccomp filters stay as they are by default, and PCI stays off: with `--enable-pci` and a
/// `pci=off` from elsewhere a guest would see no device at all, and nobody would say so.
final class FirecrackerCommand {
  /// Firecracker's own default by its jailer; a guest of ours needs some 40.
  static final int MOST_FILES = 2048;

  private final FirecrackerProgram program;
  private final String name;
  private final Jail jail;

  FirecrackerCommand(FirecrackerProgram program, String name, Jail jail) {
    this.program = program;
    this.name = name;
    this.jail = jail;
  }

  List<String> words() {
    return program.jailer().map(this::jailed).orElseGet(this::plain);
  }

  /// Starts as the sandbox's own user.
  private List<String> plain() {
    var words = new ArrayList<>(List.of(program.binary().toString(), "--id", id(name)));
    words.addAll(own(jail.apiSocket().toString()));
    return List.copyOf(words);
  }

  /// Starts as root, which the jailer gives up. The group is the one that may read templates, as
  /// the jailer drops all others.
  private List<String> jailed(Path jailer) {
    var words = new ArrayList<>(List.of(jailer.toString(), "--id", id(name)));
    words.addAll(List.of("--exec-file", program.binary().toString()));
    words.addAll(List.of("--uid", Integer.toString(jail.uid())));
    words.addAll(List.of("--gid", Integer.toString(jail.sharedGid())));
    words.addAll(List.of("--chroot-base-dir", jail.directory().toString()));
    words.addAll(List.of("--netns", namespace(jail)));
    words.addAll(List.of("--resource-limit", "no-file=" + MOST_FILES));
    words.add("--");
    words.addAll(own("/" + Room.API));
    return List.copyOf(words);
  }

  private static List<String> own(String apiSocket) {
    return List.of(
        "--api-sock",
        apiSocket,
        "--log-path",
        Room.LOG,
        "--level",
        "Warning",
        "--metrics-path",
        Room.METRICS);
  }

  /// Shown by this very process: the descriptor itself does not survive the jailer's start.
  private static String namespace(Jail jail) {
    return "/proc/" + ProcessHandle.current().pid() + "/fd/" + jail.netns().number();
  }

  /// By which a sweep finds the process.
  static String id(String name) {
    return "atoll-" + name;
  }
}
