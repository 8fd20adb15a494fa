package atoll.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProcfsTest {
  private static final int NO_PID = Integer.MAX_VALUE;

  @Test
  void theTapOfADescriptorIsItsIffLine() {
    String fdinfo = "pos:\t0\nflags:\t02104002\nmnt_id:\t21\nino:\t93\niff:\ttap0\n";
    assertThat(Procfs.tunInterface(fdinfo)).contains("tap0");
  }

  @Test
  void aDescriptorWhoseTapIsGoneHasAnEmptyName() {
    assertThat(Procfs.tunInterface("pos:\t0\niff:\t\n")).contains("");
  }

  @Test
  void anOrdinaryDescriptorHasNone() {
    assertThat(Procfs.tunInterface("pos:\t0\nflags:\t0100002\nmnt_id:\t9\n")).isEmpty();
  }

  @Test
  void theStartTimeIsFoundBehindANameWithParentheses() {
    String stat =
        "4711 (a) b (c) S 1 4711 4711 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 1000 2 3";
    assertThat(Procfs.startTime(stat)).isEqualTo(987654);
  }

  @Test
  void aNamespaceLinkHoldsItsInode() {
    assertThat(Procfs.inode("net:[4026531840]")).isEqualTo(4026531840L);
    assertThatThrownBy(() -> Procfs.inode("net:4026531840"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thisProcessCanBeRead() throws Exception {
    long pid = ProcessHandle.current().pid();
    assertThat(Procfs.startTime(pid)).isPositive();
    assertThat(Procfs.cmdline(pid).getFirst()).contains("java");
    assertThat(Procfs.netnsInode(pid)).isPositive();
    assertThat(Procfs.bootId()).hasSize(36);
  }

  /// A monitor opens and closes files while it starts, and its descriptors are read meanwhile.
  @Test
  void descriptorsThatComeAndGoWhileTheyAreReadAreNoError() throws Exception {
    var stop = new AtomicBoolean();
    Thread churn =
        Thread.ofPlatform()
            .start(() -> {
              while (!stop.get())
                try (var a = new FileInputStream("/dev/null");
                    var b = new FileInputStream("/dev/null")) {
                  assertThat(a).isNotEqualTo(b);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
            });
    try {
      for (int i = 0; i < 3_000; i++)
        assertThat(Procfs.tunDescriptors(ProcessHandle.current().pid())).isEmpty();
    } finally {
      stop.set(true);
      churn.join();
    }
  }

  @Test
  void aSettingIsReadWhole() throws Exception {
    assertThat(Long.parseLong(Procfs.setting("kernel/threads-max"))).isGreaterThan(100);
    assertThat(Long.parseLong(Procfs.setting("kernel/pid_max"))).isGreaterThan(100);
  }

  @Test
  void aProcessThatIsGoneIsAMissingFile() {
    assertThatThrownBy(() -> Procfs.startTime(NO_PID)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Procfs.tunDescriptors(NO_PID)).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Procfs.cmdline(NO_PID)).isInstanceOf(NoSuchFileException.class);
  }
}
