package atoll.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// All commands by name. A name of two words belongs to a group, such as `sandbox list`.
final class Commands {
  private static final Map<String, Supplier<Command>> ALL = new LinkedHashMap<>();

  static {
    ALL.put("demo", DemoCommand::new);
    ALL.put("up", UpCommand::new);
    ALL.put("status", StatusCommand::new);
    ALL.put("env", EnvCommand::new);
    ALL.put("down", DownCommand::new);
    ALL.put("sandbox create", SandboxCreateCommand::new);
    ALL.put("sandbox list", SandboxListCommand::new);
    ALL.put("sandbox info", SandboxInfoCommand::new);
    ALL.put("sandbox exec", SandboxExecCommand::new);
    ALL.put("sandbox logs", SandboxLogsCommand::new);
    ALL.put("sandbox kill", SandboxKillCommand::new);
    ALL.put("sandbox inspect", SandboxInspectCommand::new);
    ALL.put("sandbox timeline", SandboxTimelineCommand::new);
    ALL.put("template list", TemplateListCommand::new);
    ALL.put("network create", NetworkCreateCommand::new);
    ALL.put("network list", NetworkListCommand::new);
    ALL.put("network remove", NetworkRemoveCommand::new);
    ALL.put("doctor", DoctorCommand::new);
    ALL.put("fault list", () -> new FaultCommand("list"));
    ALL.put("fault inject", () -> new FaultCommand("inject"));
    ALL.put("fault undo", () -> new FaultCommand("undo"));
    ALL.put("fault drill", DrillCommand::new);
    ALL.put("ledger check", LedgerCheckCommand::new);
    ALL.put("bench", BenchCommand::new);
    ALL.put("agent bundle", AgentBundleCommand::new);
    ALL.put("agent run", AgentRunCommand::new);
    ALL.put("rehearse", RehearseCommand::new);
  }

  private Commands() {}

  static Optional<Command> find(String name) {
    return Optional.ofNullable(ALL.get(name)).map(Supplier::get);
  }

  /// Whether commands of two words begin with this one.
  static boolean isGroup(String word) {
    return ALL.keySet().stream().anyMatch(name -> name.startsWith(word + " "));
  }

  /// One line a command; of one group, or of all when it is empty.
  static String help(String group) {
    var out =
        new StringBuilder("Usage: atoll ")
            .append(group.isEmpty() ? "COMMAND" : group + " COMMAND")
            .append(" [OPTIONS]\n\n");
    if (group.isEmpty())
      out.append("Gives programs their own computers: microVMs that speak the E2B protocol.\n\n");
    ALL.forEach((name, command) -> {
      if (name.equals("rehearse") || !(group.isEmpty() || name.startsWith(group + " "))) return;
      out.append("  ")
          .append(name)
          .repeat(' ', 20 - name.length())
          .append(command.get().syntax().about())
          .append('\n');
    });
    if (group.isEmpty())
      out.append(
          "  install             Install missing Debian packages and build, nothing else.\n");
    return out.append(
            "\natoll COMMAND --help tells more. Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 the host lacks something.\n")
        .toString();
  }
}
