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
    var control = ControlClient.open(call.home());
    var listed = control.list();
    var health = control.health();
    var rows =
        listed.stream()
            .map(api -> new SandboxRow(api, health.get(api.text("sandboxID").orElse(""))))
            .toList();
    var table =
        new Table("SANDBOX", "TEMPLATE", "STATE", "HEALTH", "STARTED", "ENDS", "CPU", "MEMORY");
    for (var row : rows) {
      table.row(
          row.id(),
          row.template(),
          row.text("state"),
          row.condition(),
          row.text("startedAt"),
          row.text("endAt"),
          row.api().whole("cpuCount").orElse(0L),
          row.api().whole("memoryMB").orElse(0L) + " MiB");
    }
    call.print(Json.of(rows.stream().map(SandboxRow::json).toList()), table.toString());
    return Exit.OK;
  }
}
