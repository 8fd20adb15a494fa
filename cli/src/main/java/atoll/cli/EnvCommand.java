package atoll.cli;

import atoll.cli.client.Credentials;
import atoll.cli.report.Exit;
import atoll.core.json.Json;
import java.util.LinkedHashMap;

/// `env`.
final class EnvCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "env",
            "Print shell lines that point the official SDKs at this Atoll; they hold the API key.")
        .example("eval \"$(./atoll env)\"");
  }

  @Override
  public int run(Call call) throws Exception {
    var credentials = Credentials.read(call.home());
    var instance = credentials.instance();
    var variables = new LinkedHashMap<String, String>();
    variables.put("E2B_API_KEY", credentials.apiKey());
    variables.put("E2B_API_URL", instance.apiUrl());
    variables.put("E2B_SANDBOX_URL", instance.sandboxUrl());
    var lines = new StringBuilder();
    variables.forEach((name, value) ->
        lines.append("export ").append(name).append('=').append(quoted(value)).append('\n'));
    call.print(Json.of(variables), lines.toString());
    return Exit.OK;
  }

  /// One word for a POSIX shell, whatever it holds.
  static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
