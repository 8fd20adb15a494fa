package atoll.vmm.firecracker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// A kernel of 400 bytes that shows whether Firecracker's guests really run here.
///
/// It turns paging and long mode on, runs 30 million turns of a loop with a memory access, prints
/// [#DONE] and resets the machine, which ends Firecracker. As with QEMU's probe guest the work is
/// the point: a KVM that interprets privileged code passes shorter ones. Firecracker from 1.12 on
/// enters it by its PVH note, older ones by its ELF entry, behind the switch to long mode. The
/// source is `probe-kernel.s` among this module's resources.
final class ProbeKernel {
  /// The last line on its console.
  static final String DONE = "atoll probe: done";

  private static final int LOAD_ADDRESS = 0x100000;
  private static final int LONG_MODE_ENTRY = LOAD_ADDRESS + 0x80;
  private static final int HEADERS = 64 + 2 * 56;
  private static final int NOTE = 24;

  private static final String CODE =
      """
      fa0f0115b8001000c7050000200003102000c7050010200003202000c7050020
      200083000000c7050820200083002000b8200000000f22e0b8000020000f22d8
      b9800000c00f320d000100000f300f20c00d000000800f22c0ea800010000800
      0000000000000000000000000000000000000000000000000000000000000000
      b980c3c901010c2500302000ffc975f5bebe00100066baf803ac84c07403eeeb
      f8b0fee664f4ebfd0000000000000000ffff0000009baf000f00a80010006174
      6f6c6c2070726f62653a20646f6e650a00
      """;

  private ProbeKernel() {}

  static void write(Path file) throws IOException {
    byte[] code = HexFormat.of().parseHex(CODE.replaceAll("\\s", ""));
    ByteBuffer elf =
        ByteBuffer.allocate(HEADERS + NOTE + code.length).order(ByteOrder.LITTLE_ENDIAN);
    header(elf);
    segment(elf, 1, HEADERS + NOTE, LOAD_ADDRESS, code.length, 7); // PT_LOAD
    segment(elf, 4, HEADERS, 0, NOTE, 4); // PT_NOTE
    note(elf);
    Files.write(file, elf.put(code).array());
  }

  /// An ELF header for an x86-64 executable, elf(5).
  private static void header(ByteBuffer elf) {
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2).putShort((short) 62).putInt(1);
    elf.putLong(LONG_MODE_ENTRY).putLong(64).putLong(0).putInt(0);
    for (int field : new int[] {64, 56, 2, 0, 0, 0}) elf.putShort((short) field);
  }

  private static void segment(
      ByteBuffer elf, int type, int offset, int address, int size, int flags) {
    elf.putInt(type).putInt(flags).putLong(offset).putLong(address).putLong(address);
    elf.putLong(size).putLong(size).putLong(4);
  }

  /// XEN_ELFNOTE_PHYS32_ENTRY: where a 32-bit start begins (Xen, `public/elfnote.h`).
  private static void note(ByteBuffer elf) {
    elf.putInt(4).putInt(8).putInt(18);
    elf.put("Xen\0".getBytes(StandardCharsets.US_ASCII)).putLong(LOAD_ADDRESS);
  }
}
