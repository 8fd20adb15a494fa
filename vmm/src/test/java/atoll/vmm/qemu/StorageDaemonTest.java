package atoll.vmm.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.Deadline;
import atoll.linux.kernel.Procfs;
import atoll.vmm.RawDisks.RawDisk;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real daemon, over FUSE.
@Tag("real")
@Timeout(60)
class StorageDaemonTest {
  private static final int UID = 61_236;
  private static final long SIZE = 8 << 20;

  @TempDir private Path folder;
  private StorageDaemon daemon;

  @BeforeEach
  void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "SKIPPED: FUSE mounts need root");
    assumeTrue(Files.exists(Path.of("/dev/fuse")), "SKIPPED: /dev/fuse is missing");
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-storage-daemon")),
        "SKIPPED: qemu-storage-daemon is missing (apt-get install qemu-utils)");
    daemon = StorageDaemon.start(Files.createDirectory(folder.resolve("storage")));
  }

  @AfterEach
  void end() {
    if (daemon != null) daemon.close();
  }

  @Test
  void overlaysComeAndGoAndKeepWhatWasWritten() throws Exception {
    Path overlay = overlay("a");
    Path shown = Files.createFile(folder.resolve("a.raw"));
    try (RawDisk _ = daemon.export(overlay, shown, UID, soon());
        RawDisk _ =
            daemon.export(overlay("b"), Files.createFile(folder.resolve("b.raw")), UID, soon())) {
      assertThat(Files.size(shown)).isEqualTo(SIZE);
      assertThat(Files.getAttribute(shown, "unix:uid")).isEqualTo(UID);
      write(shown, "first");
      assertThat(read(folder.resolve("b.raw"))).doesNotContain("first");
    }
    assertThat(mounts()).doesNotContain(folder.toString());
    assertThat(Files.size(shown)).isZero();
    try (RawDisk _ = daemon.export(overlay, shown, UID, soon())) {
      assertThat(read(shown)).startsWith("first");
    }
  }

  @Test
  void whatIsNoOverlayIsRefusedAndNothingIsMounted() throws Exception {
    Path none = Files.writeString(folder.resolve("none"), "no image");
    Path shown = Files.createFile(folder.resolve("none.raw"));
    assertThatThrownBy(() -> daemon.export(none, shown, UID, soon()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("disk_export_failed"))
        .hasMessageContaining(none.toString());
    assertThat(mounts()).doesNotContain(folder.toString());
    try (RawDisk _ = daemon.export(overlay("c"), shown, UID, soon())) {
      assertThat(Files.size(shown)).isEqualTo(SIZE);
    }
  }

  @Test
  void aDaemonThatDiesLosesItsDisksAndLeavesNoMount() throws Exception {
    Path shown = Files.createFile(folder.resolve("d.raw"));
    RawDisk disk = daemon.export(overlay("d"), shown, UID, soon());
    assertThat(disk.lost()).isNotDone();
    new ProcessBuilder("kill", "-KILL", Long.toString(daemon.pid())).start().waitFor();
    assertThat(disk.lost().get(10, TimeUnit.SECONDS)).contains("signal 9");
    assertThat(mounts()).doesNotContain(folder.toString());
    disk.close();
  }

  @Test
  void aDaemonThatWasLeftIsTakenOverWithItsDisks() throws Exception {
    Path shown = Files.createFile(folder.resolve("e.raw"));
    daemon.export(overlay("e"), shown, UID, soon());
    write(shown, "kept");
    long ticks = Procfs.startTime(daemon.pid());
    daemon.leave();
    daemon.close();
    assertThat(read(shown)).startsWith("kept");
    daemon = StorageDaemon.adopt(folder.resolve("storage"), daemon.pid(), ticks);
    try (RawDisk _ = daemon.adopt(shown, soon())) {
      assertThat(read(shown)).startsWith("kept");
    }
    assertThat(mounts()).doesNotContain(folder.toString());
    assertThatThrownBy(() -> daemon.adopt(shown, soon()))
        .isInstanceOfSatisfying(
            VmmException.class, e -> assertThat(e.reason()).contains("disk_lost"));
  }

  @Test
  void anotherProcessIsNotTakenOver() throws IOException {
    long ticks = Procfs.startTime(daemon.pid());
    assertThatThrownBy(
            () -> StorageDaemon.adopt(folder.resolve("storage"), daemon.pid(), ticks + 1))
        .isInstanceOf(VmmException.class);
  }

  private Path overlay(String name) throws Exception {
    Path overlay = folder.resolve(name + ".qcow2");
    var made =
        new ProcessBuilder("qemu-img", "create", "-q", "-f", "qcow2", overlay.toString(), SIZE + "")
            .inheritIO()
            .start();
    assertThat(made.waitFor()).isZero();
    return overlay;
  }

  private static void write(Path file, String text) throws IOException {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      channel.force(true);
    }
  }

  private static String read(Path file) throws IOException {
    var bytes = ByteBuffer.allocate(512);
    try (var channel = FileChannel.open(file)) {
      channel.read(bytes, 0);
    }
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private static String mounts() throws IOException {
    return Files.readString(Path.of("/proc/self/mountinfo"));
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }
}
