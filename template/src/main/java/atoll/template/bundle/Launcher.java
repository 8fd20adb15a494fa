package atoll.template.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/// The program that starts the agent: a static ELF file of a kilobyte, which needs neither a shell
/// nor a C library of the root it runs in.
///
/// - **Shape** arguments and environment are fixed when it is written; [#HERE] in them becomes the
///   folder above the one the program lies in. The program's own arguments follow them; its own
///   environment comes second, so that getenv(3) finds ours.
/// - **Sources** elf(5), `syscalls(2)`; the machine code with its meaning is in
///   `launcher-amd64.txt`.
///
/// @param arguments the first is the program to execute
/// @param environment `NAME=value`
record Launcher(List<String> arguments, List<String> environment) {
  /// Stands for the bundle's folder.
  static final String HERE = "\u0001";

  private static final long BASE = 0x400000;
  private static final int HEADER = 64;
  private static final int SEGMENT = 56;
  private static final int CODE_AT = HEADER + 2 * SEGMENT;
  private static final int PT_LOAD = 1;
  private static final int PT_GNU_STACK = 0x6474e551;

  byte[] elf() throws IOException {
    byte[] code = code();
    byte[] texts = texts();
    int size = CODE_AT + code.length + texts.length;
    ByteBuffer elf = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    header(elf);
    segment(elf, PT_LOAD, 5, size);
    segment(elf, PT_GNU_STACK, 6, 0);
    return elf.put(code).put(texts).array();
  }

  /// 64 bits, little-endian, System V, executable, x86-64.
  private static void header(ByteBuffer elf) {
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0);
    elf.putShort((short) 2).putShort((short) 62).putInt(1);
    elf.putLong(BASE + CODE_AT).putLong(HEADER).putLong(0).putInt(0);
    elf.putShort((short) HEADER).putShort((short) SEGMENT).putShort((short) 2);
    elf.putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void segment(ByteBuffer elf, int type, int flags, long size) {
    long at = type == PT_LOAD ? BASE : 0;
    elf.putInt(type).putInt(flags).putLong(0).putLong(at).putLong(at);
    elf.putLong(size).putLong(size).putLong(type == PT_LOAD ? 4096 : 16);
  }

  private static byte[] code() throws IOException {
    var code = new ByteArrayOutputStream();
    try (InputStream in = Launcher.class.getResourceAsStream("launcher-amd64.txt")) {
      if (in == null) throw new IOException("the launcher's code is missing from this build");
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith("#")) continue;
        code.writeBytes(HexFormat.of().parseHex(line.substring(0, line.indexOf('|')).strip()));
      }
    }
    return code.toByteArray();
  }

  private byte[] texts() {
    var texts = new ByteArrayOutputStream();
    for (List<String> list : List.of(arguments, environment)) {
      for (String text : list) {
        if (text.isEmpty() || text.indexOf('\0') >= 0)
          throw new IllegalArgumentException("an empty text, or one with NUL, ends the list");
        texts.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
      }
      texts.write(0);
    }
    return texts.toByteArray();
  }
}
