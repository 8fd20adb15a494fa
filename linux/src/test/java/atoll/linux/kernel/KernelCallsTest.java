package atoll.linux.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// System calls that need no privilege, each layout checked against what Java itself knows.
class KernelCallsTest {
  private static final Deadline SOON = Deadline.after(Duration.ofSeconds(10));

  @TempDir Path directory;

  @Test
  void aFileIsReadByDescriptor() throws IOException {
    Path file = Files.writeString(directory.resolve("f"), "hello");
    var buffer = new byte[16];
    try (Fd fd = FdIo.open(file, FdIo.O_RDONLY)) {
      assertThat(FdIo.read(fd, buffer)).isEqualTo(5);
      assertThat(FdIo.read(fd, buffer)).isZero();
    }
    assertThat(new String(buffer, 0, 5, java.nio.charset.StandardCharsets.US_ASCII))
        .isEqualTo("hello");
  }

  @Test
  void aMissingFileIsNamedInTheFailure() {
    Path missing = directory.resolve("missing");
    assertThatThrownBy(() -> FdIo.open(missing, FdIo.O_RDONLY))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("open " + missing + ": no such file or directory (errno 2)");
  }

  @Test
  void anEventfdWakesAWaiter() throws IOException {
    try (Fd quiet = FdIo.eventfd();
        Fd event = FdIo.eventfd()) {
      assertThat(
              Poll.await(
                  Deadline.after(Duration.ofMillis(5)), Poll.IN, quiet.number(), event.number()))
          .isEqualTo(-1);
      assertThat(FdIo.write(event, new byte[] {1, 0, 0, 0, 0, 0, 0, 1})).isEqualTo(8);
      assertThat(Poll.await(SOON, Poll.IN, quiet.number(), event.number())).isEqualTo(1);
    }
  }

  @Test
  void aPidfdTellsTheEndOfItsProcess() throws Exception {
    Process child = new ProcessBuilder("sleep", "600").start();
    try (Fd pidfd = Pidfd.open((int) child.pid())) {
      assertThat(Poll.await(Deadline.after(Duration.ofMillis(5)), Poll.IN, pidfd.number()))
          .isEqualTo(-1);
      Pidfd.signal(pidfd, 9);
      assertThat(Poll.await(SOON, Poll.IN, pidfd.number())).isZero();
    }
    assertThat(child.waitFor()).isEqualTo(128 + 9);
  }

  @Test
  void statfsAgreesWithJava() throws IOException {
    FileStore store = Files.getFileStore(directory);
    Statfs statfs = Statfs.of(directory);
    assertThat(statfs.size().count()).isEqualTo(store.getTotalSpace());
    assertThat(statfs.available().count())
        .isCloseTo(store.getUsableSpace(), org.assertj.core.data.Offset.offset(256L * 1024 * 1024));
    assertThat(statfs.free()).isGreaterThanOrEqualTo(statfs.available());
  }

  @Test
  void workOnAPlatformThreadKeepsItsFailure() {
    assertThatThrownBy(() ->
            PlatformThread.call(
                "test",
                () -> {
                  throw new IOException("cause");
                }))
        .isInstanceOf(IOException.class)
        .hasMessage("cause");
  }

  @Test
  void aVirtualCallerIsTakenToAPlatformThread() throws Exception {
    var virtual = new java.util.concurrent.atomic.AtomicBoolean(true);
    Thread.ofVirtual().start(() -> virtual.set(runsVirtually())).join();
    assertThat(virtual).isFalse();
  }

  private static boolean runsVirtually() {
    try {
      return PlatformThread.unlessAlready("test", () -> Thread.currentThread().isVirtual());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
