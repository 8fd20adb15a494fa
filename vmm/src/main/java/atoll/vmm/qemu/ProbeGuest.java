package atoll.vmm.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;

/// A guest of 200 bytes that shows whether an accelerator really executes: a firmware image that
/// QEMU starts at its reset vector.
///
/// It goes from real to protected to long mode, turns paging on, runs 30 million turns of a loop
/// with a memory access, and ends QEMU through its debug port with [#SUCCESS]. Hardware needs some
/// 30 ms for that, translation 250 ms. A hypervisor that interprets privileged code, as some cloud
/// hosts offer it, needs minutes: a shorter guest would be taken in by it. The source is
/// `probe-guest.s` among this module's resources.
final class ProbeGuest {
  /// QEMU's exit status when the guest wrote 0x2a to its debug port: twice that plus one.
  static final int SUCCESS = 85;

  static final int DEBUG_PORT = 0xf4;
  private static final int IMAGE_BYTES = 64 << 10;
  private static final int CODE_OFFSET = 0xff00;
  private static final int RESET_OFFSET = 0xfff0;

  private static final String CODE =
      """
      fa2e660f0116b8ff0f20c00c010f22c066ea18ffffff0800b8100000008ed8c7
      050010000003200000c7050020000003300000c7051820000003400000c70500
      30000083000000c705f84f00008300e0ffb8200000000f22e0b8001000000f22
      d8b9800000c00f320d000100000f300f20c00d000000800f22c0ea81ffffff18
      00b980c3c901010c2500500000ffc975f5b02ae6f4f4ebfd0000000000000000
      ffff0000009bcf00ffff00000093cf00ffff0000009baf001f0098ffffff0000
      """;

  /// A jump to the code, where the processor begins.
  private static final String RESET = "e90dff";

  private ProbeGuest() {}

  /// Writes the image to a fresh temporary file that every user may read.
  static Path write() throws IOException {
    byte[] image = new byte[IMAGE_BYTES];
    put(image, CODE_OFFSET, CODE.replaceAll("\\s", ""));
    put(image, RESET_OFFSET, RESET);
    Path file = Files.createTempFile("atoll-probe-", ".bin");
    Files.write(file, image);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
  }

  private static void put(byte[] image, int offset, String hex) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    System.arraycopy(bytes, 0, image, offset, bytes.length);
  }
}
