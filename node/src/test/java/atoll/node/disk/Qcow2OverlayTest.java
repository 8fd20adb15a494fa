package atoll.node.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Qcow2OverlayTest {
  @TempDir Path folder;

  @Test
  void neverReplacesAFile() throws IOException {
    Path base = base(1 << 20);
    Path overlay = Files.writeString(folder.resolve("overlay.qcow2"), "precious");
    assertThatThrownBy(() -> Qcow2Overlay.create(overlay, base))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(overlay).hasContent("precious");
  }

  @Test
  void aBaseOfHalfASectorIsRefused() throws IOException {
    Path base = base(1000);
    assertThatThrownBy(() -> Qcow2Overlay.create(folder.resolve("o"), base))
        .hasMessageContaining("1000 bytes");
    assertThat(folder.resolve("o")).doesNotExist();
  }

  @Tag("real")
  @ParameterizedTest
  @ValueSource(longs = {512, 1 << 20, 512L << 20, (512L << 20) + 512, 10L << 30, 4L << 40})
  void theImageToolFindsNothingWrong(long size) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-img")),
        "qemu-img is not installed: overlays were not checked");
    Path base = base(size);
    Path overlay = folder.resolve("overlay.qcow2");
    Qcow2Overlay.create(overlay, base);
    assertThat(tool("check", "-f", "qcow2", overlay.toString())).contains("No errors were found");
    assertThat(tool("info", "-f", "qcow2", overlay.toString()))
        .contains(
            "virtual size:",
            "(" + size + " bytes)",
            "backing file: " + base,
            "backing file format: raw");
    assertThat(tool("compare", "-f", "qcow2", "-F", "raw", overlay.toString(), base.toString()))
        .contains("identical");
  }

  @Tag("real")
  @Test
  void whatIsWrittenStaysInTheOverlay() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/qemu-io")),
        "qemu-io is not installed: writing was not tried");
    Path base = base(600L << 20);
    Path overlay = folder.resolve("overlay.qcow2");
    Qcow2Overlay.create(overlay, base);
    run(
        "/usr/bin/qemu-io",
        "-f",
        "qcow2",
        "-c",
        "write -P 7 550M 3M",
        "-c",
        "read -P 7 551M 1M",
        overlay.toString());
    assertThat(tool("check", "-f", "qcow2", overlay.toString())).contains("No errors were found");
    assertThat(base).hasSize(600L << 20);
  }

  private Path base(long size) throws IOException {
    Path base = folder.resolve("disk.raw");
    try (var file = new RandomAccessFile(base.toFile(), "rw")) {
      file.setLength(size);
    }
    return base;
  }

  private static String tool(String... arguments) throws Exception {
    var command = new java.util.ArrayList<>(java.util.List.of("/usr/bin/qemu-img"));
    command.addAll(java.util.List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private static String run(String... command) throws Exception {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
