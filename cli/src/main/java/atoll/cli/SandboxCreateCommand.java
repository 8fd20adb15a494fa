package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.report.Exit;
import atoll.core.json.Json;

/// `sandbox create`.
final class SandboxCreateCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("sandbox create", "Start a sandbox and return when it answers.")
        .operands("[TEMPLATE]", 0, 1)
        .option("--timeout", "SECONDS", "Life time. Default: 300.")
        .flag("--no-internet", "Let it reach nothing beyond itself.")
        .option("--network", "NAME", "Give it a seat in a shared network too; see network create.")
        .option("--env", "NAME=VALUE", "Environment of all its processes. May be repeated.")
        .option("--metadata", "NAME=VALUE", "Your own notes on it. May be repeated.");
  }

  @Override
  public int run(Call call) throws Exception {
    String template = call.operands().isEmpty() ? "base" : call.operand(0);
    int timeout = call.number("--timeout", 300, 999_999_999);
    var request =
        Json.object(
            "templateID",
            template,
            "timeout",
            timeout,
            "envVars",
            call.pairs("--env"),
            "metadata",
            call.pairs("--metadata"),
            "sharedNetwork",
            call.text("--network"),
            "allow_internet_access",
            call.flag("--no-internet") ? false : null);
    long start = System.nanoTime();
    var sandbox = ControlClient.open(call.home()).create(request);
    long millis = (System.nanoTime() - start) / 1_000_000;
    String id = sandbox.text("sandboxID").orElseThrow();
    call.print(
        Json.object(
            "sandboxId", id, "templateId", sandbox.text("templateID").orElse(null), "ms", millis),
        id);
    return Exit.OK;
  }
}
