package atoll.node.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

  /// Every process whose arguments name something in a folder directly under `jails`, which takes
  /// the place of its monitor's jail.
  public List<HostObject.Monitor> under(Path jails) throws IOException {
    var found = new ArrayList<HostObject.Monitor>();
    Pattern inJail = Pattern.compile(Pattern.quote(jails + "/") + "([^/,]+)/");
    try (var entries = Files.newDirectoryStream(proc, "[1-9]*")) {
      for (Path entry : entries) {
        List<String> arguments = arguments(entry);
        Set<String> names =
            arguments.stream()
                .flatMap(a -> inJail.matcher(a).results().map(r -> r.group(1)))
                .collect(Collectors.toSet());
        for (String name : names) {
          var monitor = new HostObject.Monitor(name, jails.resolve(name), 0, 0);
          if (matches(arguments, monitor)) found.add(known(entry, monitor));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }

  private static HostObject.Monitor known(Path process, HostObject.Monitor monitor) {
    long pid = Long.parseLong(process.getFileName().toString());
    return new HostObject.Monitor(monitor.name(), monitor.jail(), pid, 0);
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
