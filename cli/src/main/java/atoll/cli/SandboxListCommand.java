package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.Json;

/// `sandbox list`.
final class SandboxListCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("sandbox list", "List the running sandboxes, newest first.");
  }

  @Override
  public int run(Call call) throws Exception {
    var rows = ControlClient.open(call.home()).list().stream().map(SandboxRow::new).toList();
    var table = new Table("SANDBOX", "TEMPLATE", "STATE", "STARTED", "ENDS", "CPU", "MEMORY");
    for (var row : rows) {
      table.row(
          row.id(),
          row.template(),
          row.text("state"),
          row.text("startedAt"),
          row.text("endAt"),
          row.api().whole("cpuCount").orElse(0L),
          row.api().whole("memoryMB").orElse(0L) + " MiB");
    }
    call.print(Json.of(rows.stream().map(SandboxRow::json).toList()), table.toString());
    return Exit.OK;
  }
}
