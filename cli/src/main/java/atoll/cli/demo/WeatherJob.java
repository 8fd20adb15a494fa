package atoll.cli.demo;

import atoll.cli.client.GuestClient;
import atoll.cli.client.ProcessOutput;
import atoll.cli.client.ProcessRequest;
import atoll.cli.report.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The demo's work: a year of weather readings goes into the guest, a Python program reads it
/// there, its summary comes out.
record WeatherJob(GuestClient guest, Path examples) {
  private static final String FOLDER = "/home/user/weather/";

  void upload() throws IOException {
    for (String name : new String[] {"readings.csv", "summary.py"}) {
      guest.upload(FOLDER + name, Files.readAllBytes(examples.resolve("weather").resolve(name)));
    }
  }

  /// What the program printed.
  String compute() throws IOException {
    return run("python3", FOLDER + "summary.py", FOLDER + "readings.csv", FOLDER + "summary.txt");
  }

  String download() throws IOException {
    return new String(guest.download(FOLDER + "summary.txt"), StandardCharsets.UTF_8);
  }

  /// Runs a program that must succeed.
  String run(String... command) throws IOException {
    var out = new Collected();
    int code = guest.run(ProcessRequest.of(command), out);
    if (code == 0) return out.text();
    throw CommandFailure.withDetail(
        "guest_program_failed",
        command[0] + " ended with exit code " + code + " in the guest",
        null,
        out.text());
  }

  /// Both streams together, as a person would see them; a demo's programs write little.
  private static final class Collected implements ProcessOutput {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void stdout(byte[] piece) {
      bytes.writeBytes(piece);
    }

    @Override
    public void stderr(byte[] piece) {
      bytes.writeBytes(piece);
    }

    String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
