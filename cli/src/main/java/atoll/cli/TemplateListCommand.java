package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;
import atoll.cli.report.Table;
import atoll.core.json.Json;

/// `template list`.
final class TemplateListCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("template list", "List the templates that sandboxes are made from.");
  }

  @Override
  public int run(Call call) throws Exception {
    var templates = ControlClient.open(call.home()).templates();
    var table = new Table("TEMPLATE", "NAMES", "CPU", "MEMORY", "DISK", "CREATED");
    for (var t : templates) {
      table.row(
          t.text("templateID").orElse(null),
          String.join(",", t.items("names").stream().map(TemplateListCommand::word).toList()),
          t.whole("cpuCount").orElse(0L),
          t.whole("memoryMB").orElse(0L) + " MiB",
          t.whole("diskSizeMB").orElse(0L) + " MiB",
          t.text("createdAt").orElse(null));
    }
    call.print(
        Json.of(templates.stream().map(TemplateListCommand::json).toList()), table.toString());
    return Exit.OK;
  }

  private static Json.Obj json(Json.Obj t) {
    return Json.object(
        "templateId", t.text("templateID").orElse(null),
        "names", t.items("names"),
        "buildId", t.text("buildID").orElse(null),
        "cpuCount", t.whole("cpuCount").orElse(null),
        "memoryMib", t.whole("memoryMB").orElse(null),
        "diskMib", t.whole("diskSizeMB").orElse(null),
        "agentVersion", t.text("envdVersion").orElse(null),
        "createdAt", t.text("createdAt").orElse(null));
  }

  private static String word(Json name) {
    return name instanceof Json.Text(String text) ? text : name.toString();
  }
}
