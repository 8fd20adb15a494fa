package atoll.cli;

import atoll.cli.client.ControlClient;
import atoll.cli.client.Credentials;
import atoll.cli.client.GuestClient;
import atoll.cli.client.ProcessOutput;
import atoll.cli.client.ProcessRequest;
import atoll.cli.report.CommandFailure;
import atoll.cli.report.Stages;
import atoll.core.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// `sandbox exec`.
final class SandboxExecCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of(
            "sandbox exec", "Run a program in a sandbox, with its output and its exit code.")
        .passing("SANDBOX [--] COMMAND [ARGUMENT...]", 2)
        .option("--user", "NAME", "Account in the guest. Default: the template's.")
        .option("--cwd", "DIR", "Working directory in the guest.")
        .option("--env", "NAME=VALUE", "Environment. May be repeated.")
        .option("--timeout", "SECONDS", "The agent kills the program then. Default: never.")
        .flag("-i --stdin", "Pass standard input on to the program.")
        .example("atoll sandbox exec SANDBOX python3 -c 'print(6 * 7)'");
  }

  @Override
  public int run(Call call) throws Exception {
    var credentials = Credentials.read(call.home());
    var sandbox =
        new ControlClient(credentials.instance().apiUrl(), credentials.apiKey())
            .info(call.operand(0));
    var guest = new GuestClient(credentials.instance().sandboxUrl(), sandbox);
    return call.json()
        ? collect(call, guest)
        : guest.run(request(call), streams(call, guest, call.out(), call.err()));
  }

  private static ProcessRequest request(Call call) {
    return new ProcessRequest(
        call.operands().subList(1, call.operands().size()),
        call.pairs("--env"),
        call.text("--cwd"),
        call.text("--user"),
        call.flag("-i"),
        call.number("--timeout", 0, 1_000_000));
  }

  private static int collect(Call call, GuestClient guest) throws IOException {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    long start = System.nanoTime();
    int code = guest.run(request(call), streams(call, guest, out, err));
    double millis = (System.nanoTime() - start) / 1e6;
    var answer =
        Json.object(
            "sandboxId", call.operand(0),
            "exitCode", code,
            "stdout", out.toString(StandardCharsets.UTF_8),
            "stderr", err.toString(StandardCharsets.UTF_8),
            "ms", Stages.round(millis));
    call.print(answer, "");
    return code;
  }

  private static Streams streams(Call call, GuestClient guest, OutputStream out, OutputStream err) {
    return new Streams(out, err, call.flag("-i") ? new ProgramInput(guest, System.in) : null);
  }

  /// Writes both streams through as they come.
  ///
  /// @param input or null
  private record Streams(OutputStream out, OutputStream err, ProgramInput input)
      implements ProcessOutput {
    @Override
    public void stdout(byte[] bytes) {
      write(out, bytes);
    }

    @Override
    public void stderr(byte[] bytes) {
      write(err, bytes);
    }

    @Override
    public void started(long pid) {
      if (input != null) input.start(pid);
    }

    private static void write(OutputStream to, byte[] bytes) {
      try {
        to.write(bytes);
        to.flush();
      } catch (IOException e) {
        throw CommandFailure.failed(
            "output_closed", "the output cannot be written: " + e.getMessage(), null, e);
      }
      if (to instanceof PrintStream printed && printed.checkError()) {
        throw CommandFailure.failed("output_closed", "nobody reads the output any more", null);
      }
    }
  }
}
