package atoll.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A process of this host and how it was called.
record CommandLine(ProcessHandle process, String commandLine) {
  static Stream<CommandLine> all() {
    return ProcessHandle.allProcesses().map(p -> new CommandLine(p, read(p.pid())));
  }

  /// Empty for a process that has just ended.
  private static String read(long pid) {
    try {
      return new String(
              Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")),
              StandardCharsets.UTF_8)
          .replace('\0', ' ');
    } catch (IOException ended) {
      return "";
    }
  }
}
