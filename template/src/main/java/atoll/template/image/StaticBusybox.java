package atoll.template.image;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The host's busybox, proven to need no libraries: a guest's first programs run before there are
/// any.
final class StaticBusybox {
  private static final int PROGRAM_HEADERS = 32;
  private static final int HEADER_SIZE = 54;
  private static final int HEADER_COUNT = 56;
  private static final int NEEDS_INTERPRETER = 3;

  /// What our scripts in the guest call. Distributions choose differently what goes into their
  /// busybox.
  private static final List<String> APPLETS =
      List.of(
          "cat",
          "chmod",
          "find",
          "grep",
          "hostname",
          "init",
          "insmod",
          "ionice",
          "ip",
          "ln",
          "mkdir",
          "mount",
          "poweroff",
          "reboot",
          "renice",
          "rm",
          "sh",
          "sleep",
          "switch_root",
          "sync",
          "umount");

  private StaticBusybox() {}

  static Path find(Path busybox) throws IOException {
    if (!Files.isRegularFile(busybox)) throw missing(busybox + " is missing");
    if (!isStatic(Files.readAllBytes(busybox)))
      throw missing(busybox + " is linked with libraries of the host");
    var lacks = new ArrayList<>(APPLETS);
    lacks.removeAll(
        new Tool(busybox.toString(), "busybox-static")
            .run(Path.of("/"), Deadline.after(Duration.ofSeconds(10)), List.of("--list")));
    if (!lacks.isEmpty()) throw missing(busybox + " was built without " + lacks);
    return busybox;
  }

  /// Whether a 64-bit ELF program names no interpreter (PT_INTERP); see elf(5).
  static boolean isStatic(byte[] program) {
    ByteBuffer elf = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
    if (elf.limit() < 64 || elf.getInt(0) != 0x464c457f) return false;
    int at = (int) elf.getLong(PROGRAM_HEADERS);
    for (int i = 0; i < elf.getShort(HEADER_COUNT); i++, at += elf.getShort(HEADER_SIZE)) {
      if (at < 0 || at + 4 > elf.limit() || elf.getInt(at) == NEEDS_INTERPRETER) return false;
    }
    return true;
  }

  private static Refusal missing(String what) {
    return new Refusal.Failed(
        "busybox_missing", what, "apt-get install busybox-static", null, null);
  }
}
