package atoll.node.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds monitor processes in proc(5) by what their arguments say; a process that vanishes
/// meanwhile is no match.
public final class MonitorProcesses {
  private final Path proc;

  public MonitorProcesses(Path proc) {
    this.proc = proc;
  }

  /// The processes whose arguments hold this monitor's jail and its name.
  ///
  /// Both are asked for, so that an operator's tool that looks into the jail is never taken for the
  /// monitor. Where the pid is known, a process under another pid or start time still counts: the
  /// arguments are proof enough.
  public List<Long> find(HostObject.Monitor monitor) throws IOException {
    var found = new ArrayList<Long>();
    try (var entries = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path entry : entries)
        if (matches(arguments(entry), monitor))
          found.add(Long.parseLong(entry.getFileName().toString()));
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static boolean matches(List<String> arguments, HostObject.Monitor monitor) {
    String inJail = monitor.jail() + "/";
    return arguments.stream().anyMatch(a -> a.contains(inJail))
        && arguments.stream().anyMatch(a -> named(a, monitor.name()));
  }

  /// `NAME` or `atoll-NAME`, alone or followed by `,more=…` as QEMU's -name takes it.
  private static boolean named(String argument, String name) {
    return Arrays.stream(argument.split(",", 8))
        .anyMatch(part -> part.equals(name) || part.equals("atoll-" + name));
  }

  private static List<String> arguments(Path process) {
    try {
      byte[] line = Files.readAllBytes(process.resolve("cmdline"));
      return List.of(new String(line, StandardCharsets.UTF_8).split("\0"));
    } catch (IOException gone) {
      return List.of();
    }
  }
}
