package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CpioTest {
  private static String bytes(Cpio cpio) throws IOException {
    var out = new ByteArrayOutputStream();
    cpio.write(out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void oneFileLooksAsTheKernelReadsIt() throws IOException {
    String golden =
        "070701"
            + "00000001"
            + "000081ED"
            + "00000000"
            + "00000000"
            + "00000001"
            + "00000000"
            + "00000003"
            + "00000000"
            + "00000000"
            + "00000000"
            + "00000000"
            + "00000005"
            + "00000000"
            + "init\0\0"
            + "hi\n\0"
            + "070701"
            + "0".repeat(32)
            + "00000001"
            + "0".repeat(48)
            + "0000000B"
            + "00000000"
            + "TRAILER!!!\0\0\0\0";
    assertThat(bytes(new Cpio().file("init", 0755, "hi\n".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo(golden);
  }

  @Test
  void orderOfCallsDoesNotMatter() throws IOException {
    Cpio one =
        new Cpio().folder("bin").link("bin/sh", "busybox").characterDevice("console", 0600, 5, 1);
    Cpio two =
        new Cpio().characterDevice("console", 0600, 5, 1).link("bin/sh", "busybox").folder("bin");
    assertThat(bytes(one)).isEqualTo(bytes(two));
    assertThat(bytes(one).indexOf("bin\0")).isLessThan(bytes(one).indexOf("bin/sh\0"));
  }

  @Test
  void everyPartIsAlignedToFourBytes() throws IOException {
    for (int length = 0; length < 9; length++) {
      assertThat(
              bytes(new Cpio().file("x".repeat(length + 1), 0644, new byte[length])).length() % 4)
          .isZero();
    }
  }

  @Test
  void refusesAbsolutePaths() {
    assertThatThrownBy(() -> new Cpio().folder("/etc"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
