package atoll.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/// The smallest guest that shows whether it runs, stands still and goes on: 282 bytes in place of a
/// kernel.
///
/// It prints `stub guest`, then `tick ` and a counter from its memory (eight hex digits) 25 times a
/// second, driven by the local APIC's timer. It sleeps in between, needs 2 MiB and no disk, and
/// boots by the PVH protocol as Linux does. The source is `stub-guest.s` beside this class's
/// resources; it is checked in as bytes so that no assembler is needed.
public final class StubGuest {
  /// What it prints first, once.
  public static final String HELLO = "stub guest";

  /// How each later line begins.
  public static final String TICK = "tick ";

  private static final int LOAD_ADDRESS = 0x100000;

  private static final String CODE =
      """
      fcfa0f0115f8001000ea100010000800b8100000008ed88ec08ed0bc00001800
      be08011000e8a2000000bf00011700b8c100100066890766c74702080066c747
      04008ec1e810668947060f011dfe001000bf0000e0fec787f0000000ff010000
      c787e00300000b000000c7872003000020000200c7878003000080969800fbf4
      faff0504011000a104011000a80375eebe14011000e8320000008b1d04011000
      b908000000c1c30488d8240f3c0a72020427043066baf803ee4975e9b00aeeeb
      bdc705b000e0fe00000000cf66baf803ac84c07403eeebf8c38db42600000000
      0000000000000000ffff0000009bcf00ffff00000093cf001700e00010000701
      0000170000000000737475622067756573740a007469636b2000
      """;

  /// A loop that writes 99 times `x` and a line end to the serial port, as fast as it can.
  private static final String TALKATIVE = "66baf803b078b963000000ee4975fcb00aeeb078ebf0";

  /// Prints the text behind it, asks the keyboard controller for a reset, waits for it, and resets
  /// the processor by an exception that nothing handles.
  private static final String LAST_WORDS =
      "fcbe2c001000ac84c0740766baf803eeebf4b0fee664b900000004e2fe0f011d260010000f0b000000000000";

  private StubGuest() {}

  /// Writes the guest as an ELF file that `-kernel` takes.
  public static Path write(Path file) throws IOException {
    return write(file, CODE);
  }

  /// Writes another guest, which does nothing but print lines of `x` and never sleeps.
  public static Path writeTalkative(Path file) throws IOException {
    return write(file, TALKATIVE);
  }

  /// Writes a guest that prints `words` as one line and is over, as a kernel that reboots is.
  public static Path writeLastWords(Path file, String words) throws IOException {
    byte[] text = (words + "\n\0").getBytes(StandardCharsets.US_ASCII);
    return write(file, LAST_WORDS + HexFormat.of().formatHex(text));
  }

  private static Path write(Path file, String hex) throws IOException {
    byte[] code = HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    byte[] note = note();
    int notes = 64 + 2 * 56;
    ByteBuffer elf =
        ByteBuffer.allocate(notes + note.length + code.length).order(ByteOrder.LITTLE_ENDIAN);
    header(elf);
    segment(elf, 1, notes + note.length, LOAD_ADDRESS, code.length, 7); // PT_LOAD
    segment(elf, 4, notes, 0, note.length, 4); // PT_NOTE
    return Files.write(file, elf.put(note).put(code).array());
  }

  /// The counter that a line shows.
  public static long ticks(String line) {
    return Long.parseLong(line.substring(TICK.length()), 16);
  }

  /// XEN_ELFNOTE_PHYS32_ENTRY: where a 32-bit guest starts (Xen, `public/elfnote.h`).
  private static byte[] note() {
    return ByteBuffer.allocate(24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4)
        .putInt(8)
        .putInt(18)
        .put("Xen\0".getBytes(StandardCharsets.US_ASCII))
        .putLong(LOAD_ADDRESS)
        .array();
  }

  /// An ELF header for an x86-64 executable, elf(5): Firecracker loads no other, though what is in
  /// it begins in 32-bit mode.
  private static void header(ByteBuffer elf) {
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    elf.putShort((short) 2)
        .putShort((short) 62)
        .putInt(1)
        .putLong(LOAD_ADDRESS)
        .putLong(64)
        .putLong(0)
        .putInt(0);
    elf.putShort((short) 64)
        .putShort((short) 56)
        .putShort((short) 2)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) 0);
  }

  private static void segment(
      ByteBuffer elf, int type, int offset, int address, int size, int flags) {
    elf.putInt(type)
        .putInt(flags)
        .putLong(offset)
        .putLong(address)
        .putLong(address)
        .putLong(size)
        .putLong(size)
        .putLong(4);
  }
}
