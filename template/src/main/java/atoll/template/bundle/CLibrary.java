package atoll.template.bundle;

import atoll.core.Deadline;
import atoll.template.image.Tool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// This host's C library, as far as a linked Java runtime needs it, copied into the bundle: its
/// loader, the shared libraries that the loader finds, and the locale of file names in UTF-8.
final class CLibrary {
  /// A folder's name may hold spaces.
  private static final Pattern FOUND =
      Pattern.compile("(?<name>\\S+) => (?<path>/.*) \\(0x[0-9a-f]+\\)");

  /// Where Debian, Ubuntu and Fedora have it.
  private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

  private static final int PT_INTERP = 3;
  private static final int PROGRAM_HEADERS = 32;
  private static final int HEADER_SIZE = 54;
  private static final int HEADER_COUNT = 56;

  private CLibrary() {}

  static void copyInto(Path bundle, Deadline deadline) throws IOException {
    Path loader = interpreter(bundle.resolve("bin/java"));
    Path folder = Files.createDirectories(inside(bundle, AgentCommand.LIBRARIES));
    for (Path file : programs(bundle)) {
      for (String line : list(loader, file, bundle, deadline)) copy(line, bundle, folder);
    }
    Files.copy(loader.toRealPath(), inside(bundle, AgentCommand.LOADER));
    if (!inside(bundle, AgentCommand.LOADER).toFile().setExecutable(true, false))
      throw new IOException("cannot make the loader executable");
    copyLocale(Files.createDirectories(inside(bundle, AgentCommand.LOCALES)));
  }

  private static void copyLocale(Path folder) throws IOException {
    if (!Files.isDirectory(LOCALE))
      throw new IOException(LOCALE + " is missing: apt-get install libc-bin");
    try (Stream<Path> files = Files.walk(LOCALE)) {
      for (Path file : (Iterable<Path>) files::iterator)
        Files.copy(file, folder.resolve(LOCALE.getParent().relativize(file).toString()));
    }
  }

  private static Path inside(Path bundle, String name) {
    return bundle.resolve(name.substring(1));
  }

  private static List<String> list(Path loader, Path file, Path bundle, Deadline deadline) {
    // The runtime's libraries name one another, and find them only once they are loaded.
    String own = bundle.resolve("lib") + ":" + bundle.resolve("lib/server");
    return new Tool(loader.toString(), "libc6")
        .run(bundle, deadline, List.of("--library-path", own, "--list", file.toString()));
  }

  private static List<Path> programs(Path bundle) throws IOException {
    var all = new ArrayList<>(List.of(bundle.resolve("bin/java")));
    try (Stream<Path> files = Files.walk(bundle.resolve("lib"))) {
      files.filter(file -> file.getFileName().toString().endsWith(".so")).forEach(all::add);
    }
    return all;
  }

  /// A line of the loader's: name, arrow, path, address. Without an arrow it is the loader itself
  /// or the kernel's own library.
  private static void copy(String line, Path bundle, Path folder) throws IOException {
    Matcher found = FOUND.matcher(line.strip());
    if (!found.matches()) return;
    var library = Path.of(found.group("path"));
    Path target = folder.resolve(Path.of(found.group("name")).getFileName());
    if (library.startsWith(bundle) || Files.exists(target)) return;
    Files.copy(library.toRealPath(), target);
  }

  /// The loader that a 64-bit ELF program names; see elf(5).
  static Path interpreter(Path program) throws IOException {
    ByteBuffer elf = ByteBuffer.wrap(Files.readAllBytes(program)).order(ByteOrder.LITTLE_ENDIAN);
    int at = (int) elf.getLong(PROGRAM_HEADERS);
    for (int i = 0; i < elf.getShort(HEADER_COUNT); i++, at += elf.getShort(HEADER_SIZE)) {
      if (elf.getInt(at) != PT_INTERP) continue;
      var name = new byte[(int) elf.getLong(at + 32) - 1];
      elf.get((int) elf.getLong(at + 8), name);
      return Path.of(new String(name, StandardCharsets.UTF_8));
    }
    throw new IOException(program + " names no loader");
  }
}
