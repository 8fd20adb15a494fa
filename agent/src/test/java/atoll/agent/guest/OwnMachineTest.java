package atoll.agent.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnMachineTest {
  @TempDir Path proc;

  private void machine(String commandLine, long pidNamespace) throws IOException {
    Files.writeString(proc.resolve("cmdline"), commandLine + "\n");
    Path namespaces = Files.createDirectories(proc.resolve("self/ns"));
    link(namespaces, "pid", pidNamespace);
    link(namespaces, "user", 4026531837L);
    link(namespaces, "uts", 4026531838L);
  }

  private static void link(Path folder, String kind, long inode) throws IOException {
    Files.createSymbolicLink(folder.resolve(kind), Path.of(kind + ":[" + inode + "]"));
  }

  @Test
  void aGuestOfOursOwnsItsMachine() throws Exception {
    machine("console=ttyS0 atoll.guest quiet", 4026531836L);
    assertThat(OwnMachine.detect(proc)).isTrue();
  }

  @Test
  void aContainerInAGuestDoesNot() throws Exception {
    machine("console=ttyS0 atoll.guest quiet", 4026532200L);
    assertThat(OwnMachine.detect(proc)).isFalse();
  }

  @Test
  void anyOtherMachineDoesNot() throws Exception {
    machine("console=ttyS0 not.atoll.guest quiet", 4026531836L);
    assertThat(OwnMachine.detect(proc)).isFalse();
  }

  @Test
  void thisOneDoesNotEither() {
    assertThat(OwnMachine.detect()).isFalse();
  }
}
