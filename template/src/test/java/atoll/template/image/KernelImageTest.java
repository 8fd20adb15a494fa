package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelImageTest {
  @TempDir Path folder;

  private static byte[] elf() {
    byte[] kernel = new byte[20_000];
    new Random(7).nextBytes(kernel);
    ByteBuffer.wrap(kernel).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x464c457f);
    return kernel;
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  /// One literal run, the simplest form that a packer may choose.
  private static byte[] lz4(byte[] bytes) {
    int more = bytes.length - 15;
    ByteBuffer out =
        ByteBuffer.allocate(bytes.length + more / 255 + 32).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(Lz4Legacy.MAGIC).putInt(1 + more / 255 + 1 + bytes.length).put((byte) 0xf0);
    for (int left = more; left >= 0; left -= 255) out.put((byte) Math.min(left, 255));
    out.put(bytes).putInt(bytes.length);
    byte[] packed = new byte[out.position()];
    out.get(0, packed);
    return packed;
  }

  private Path bzImage(byte[] payload) throws IOException {
    int setup = 2 * 512;
    ByteBuffer image =
        ByteBuffer.allocate(setup + 100 + payload.length + 50).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0x1f1, (byte) 1).putInt(0x202, 0x53726448).putShort(0x206, (short) 0x20f);
    image.putInt(0x248, 100).putInt(0x24c, payload.length);
    image.position(setup + 100).put(payload);
    return Files.write(folder.resolve("vmlinuz"), image.array());
  }

  private byte[] extracted(byte[] payload) throws IOException {
    Path target = folder.resolve("vmlinux");
    KernelImage.extract(bzImage(payload), target);
    return Files.readAllBytes(target);
  }

  @Test
  void unpacksGzip() throws IOException {
    assertThat(extracted(gzip(elf()))).isEqualTo(elf());
  }

  @Test
  void unpacksLz4() throws IOException {
    assertThat(extracted(lz4(elf()))).isEqualTo(elf());
  }

  @Test
  void keepsWhatIsElfAlready() throws IOException {
    Path target = folder.resolve("vmlinux");
    KernelImage.extract(Files.write(folder.resolve("kernel"), elf()), target);
    assertThat(Files.readAllBytes(target)).isEqualTo(elf());
  }

  @Test
  void refusesWhatIsNoKernel() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "no kernel");
    assertThatThrownBy(() -> KernelImage.extract(text, folder.resolve("out")))
        .hasMessageContaining("is no bzImage");
    byte[] noElf = gzip(new byte[1000]);
    assertThatThrownBy(() -> extracted(noElf)).hasMessageContaining("holds no ELF kernel");
    assertThatThrownBy(() -> extracted(new byte[1000]))
        .hasMessageContaining("packed in an unknown way");
  }

  @Test
  void refusesAPayloadBeyondTheEnd() throws IOException {
    Path image = bzImage(gzip(elf()));
    byte[] cut = java.util.Arrays.copyOf(Files.readAllBytes(image), 5000);
    Files.write(image, cut);
    assertThatThrownBy(() -> KernelImage.extract(image, folder.resolve("out")))
        .hasMessageContaining("beyond its end");
  }
}
