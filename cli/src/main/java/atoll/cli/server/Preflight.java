package atoll.cli.server;

import atoll.cli.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What the host must offer before anything is started; each miss is told with its remedy.
final class Preflight {
  private Preflight() {}

  static void check() {
    check(Path.of("/dev/net/tun"));
  }

  static void check(Path tun) {
    if (Files.notExists(tun)) {
      throw CommandFailure.host(
          "tun_missing",
          tun + " is missing: sandboxes have no network without it",
          "modprobe tun; in a container: mkdir -p /dev/net && mknod /dev/net/tun c 10 200, or start it with that device");
    }
    try (var _ = FileChannel.open(tun, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return;
    } catch (IOException e) {
      throw CommandFailure.host(
          "tun_unusable",
          tun + " cannot be opened: " + e.getMessage(),
          "run as root with CAP_NET_ADMIN; a container must be allowed this device");
    }
  }
}
