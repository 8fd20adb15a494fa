package atoll.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.linux.kernel.Fd;
import atoll.vmm.Jail;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirecrackerCommandTest {
  private static final Path BINARY = Path.of("/opt/firecracker");
  private static final Path JAILER = Path.of("/opt/jailer");
  private static final Path FOLDER = Path.of("/var/lib/atoll/sandboxes/x-1");

  @Test
  void withoutAJailerThePathsAreTheHosts() {
    List<String> words = words(null);
    assertThat(words)
        .containsSubsequence(
            BINARY.toString(), "--id", "atoll-x-1", "--api-sock", FOLDER + "/api.sock");
    assertThat(words).containsSubsequence("--log-path", "log.fifo", "--level", "Warning");
  }

  @Test
  void withAJailerEverythingLiesInItsChroot() {
    List<String> words = words(JAILER);
    assertThat(words)
        .startsWith(
            JAILER.toString(),
            "--id",
            "atoll-x-1",
            "--exec-file",
            BINARY.toString(),
            "--uid",
            "70001",
            "--gid",
            "69999",
            "--chroot-base-dir",
            FOLDER.toString(),
            "--netns",
            "/proc/" + ProcessHandle.current().pid() + "/fd/9");
    assertThat(words).containsSubsequence("--", "--api-sock", "/api.sock");
  }

  /// The default filters stay, and PCI stays off.
  @Test
  void nothingIsLoosened() {
    for (Path jailer : new Path[] {null, JAILER})
      assertThat(words(jailer))
          .doesNotContain("--no-seccomp", "--seccomp-filter", "--enable-pci", "--daemonize");
  }

  private static List<String> words(Path jailer) {
    var program =
        new FirecrackerProgram(BINARY, FirecrackerVersion.parse("Firecracker v1.16.1"), jailer);
    var netns = new Fd(9);
    var jail = new Jail(FOLDER, netns, null, 70_001, 69_999, _ -> {});
    try {
      return new FirecrackerCommand(program, "x-1", jail).words();
    } finally {
      netns.release(); // never open
    }
  }
}
