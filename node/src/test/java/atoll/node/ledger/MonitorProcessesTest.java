package atoll.node.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorProcessesTest {
  private static final HostObject.Monitor MONITOR =
      new HostObject.Monitor("i1-7", Path.of("/h/sandboxes/i1-7"), 0, 0);

  @TempDir Path proc;

  @BeforeEach
  void others() throws IOException {
    process(1, "init");
    process(12, "socat", "-", "UNIX-CONNECT:/h/sandboxes/i1-7/qmp.sock");
    process(
        13,
        "qemu-system-x86_64",
        "-name",
        "i1-7",
        "-qmp",
        "unix:/other/sandboxes/i1-7/qmp.sock,server=on");
    process(
        14,
        "qemu-system-x86_64",
        "-name",
        "i1-77",
        "-qmp",
        "unix:/h/sandboxes/i1-77/qmp.sock,server=on");
    Files.createDirectories(proc.resolve("15")); // vanishes while it is looked at
  }

  @Test
  void theMonitorIsFoundByItsArgumentsAlone() throws IOException {
    process(
        20,
        "qemu-system-x86_64",
        "-name",
        "atoll-i1-7,debug-threads=on",
        "-qmp",
        "unix:/h/sandboxes/i1-7/qmp.sock,server=on");
    assertThat(new MonitorProcesses(proc).find(MONITOR)).containsExactly(20L);
  }

  @Test
  void nobodyElseIsTakenForIt() throws IOException {
    assertThat(new MonitorProcesses(proc).find(MONITOR)).isEmpty();
  }

  private void process(int pid, String... arguments) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.writeString(folder.resolve("cmdline"), String.join("\0", arguments) + "\0");
  }
}
