package atoll.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Deadline;
import atoll.linux.kernel.Pidfd;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Sweeper;
import atoll.vmm.RawDisks.RawDisk;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node's storage over the real daemon.
@Tag("real")
@Timeout(60)
class StorageRealTest {
  private static final int UID = 61_237;
  private static final int SIGKILL = 9;

  /// Nothing of an earlier process is left here.
  private static final Sweeper NONE =
      (Sweeper)
          Proxy.newProxyInstance(
              Sweeper.class.getClassLoader(),
              new Class<?>[] {Sweeper.class},
              (_, method, _) -> {
                throw new AssertionError(method.getName());
              });

  @TempDir private Path home;

  @BeforeEach
  void possible() {
    assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: FUSE mounts need root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "SKIPPED: /dev/fuse is missing");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-storage-daemon")),
        "SKIPPED: qemu-storage-daemon is missing (apt-get install qemu-utils)");
  }

  @Test
  void aDaemonThatDiesHasASuccessor() throws Exception {
    Path journal = home.resolve("journal");
    try (var ledger = Ledger.open(journal);
        var storage = Storage.open(home, ledger, NONE)) {
      long first = storage.pid();
      RawDisk lost = export(storage, "a");
      try (var process = Pidfd.open(Math.toIntExact(first))) {
        Pidfd.signal(process, SIGKILL);
      }
      assertThat(lost.lost().get(10, TimeUnit.SECONDS)).contains("storage daemon ended");
      lost.close();
      try (RawDisk _ = export(storage, "b")) {
        assertThat(storage.pid()).isNotEqualTo(first);
        assertThat(Files.size(home.resolve("b.raw"))).isEqualTo(1 << 20);
      }
      assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(home + "/");
      assertThat(inJournal(journal)).containsExactly(storage.pid());
      storage.close();
      assertThatThrownBy(() -> export(storage, "c")).hasMessageContaining("closed");
    }
    assertThat(inJournal(journal)).isEmpty();
  }

  /// Pids of the storage daemons that a next process would find.
  private java.util.List<Long> inJournal(Path journal) throws IOException {
    Path copy = Files.createTempDirectory(home, "copy");
    Files.copy(journal.resolve("journal"), copy.resolve("journal"));
    try (var next = Ledger.open(copy)) {
      return next.left().stream().map(e -> ((HostObject.Monitor) e.object()).pid()).toList();
    }
  }

  private RawDisk export(Storage storage, String name) throws Exception {
    Path overlay = home.resolve(name + ".qcow2");
    var made =
        new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", overlay.toString(), "1M")
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    Path shown = Files.createFile(home.resolve(name + ".raw"));
    return storage.disks().export(overlay, shown, UID, Deadline.after(Duration.ofSeconds(10)));
  }
}
