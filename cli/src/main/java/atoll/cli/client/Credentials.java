package atoll.cli.client;

import atoll.cli.home.Home;
import atoll.cli.home.Instance;
import atoll.cli.report.CommandFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;

/// The key and the addresses with which commands reach the Atoll that runs in a home.
///
/// @param apiKey a secret: never in a log or an argument
public record Credentials(String apiKey, Instance instance) {
  public static Credentials read(Home home) throws IOException {
    var instance =
        Instance.running(home)
            .orElseThrow(() ->
                CommandFailure.failed(
                    "not_running",
                    "Atoll does not run in " + home,
                    "start it with `atoll up`, or name another home with --home"));
    return new Credentials(key(home), instance);
  }

  private static String key(Home home) throws IOException {
    try {
      return Files.readString(home.credentials()).strip();
    } catch (NoSuchFileException e) {
      throw CommandFailure.failed(
          "credentials_missing",
          home.credentials() + " is missing",
          "`atoll up` writes it at its first start",
          e);
    } catch (AccessDeniedException e) {
      throw CommandFailure.failed(
          "credentials_unreadable", home.credentials() + " is for root alone", "use sudo", e);
    }
  }

  @Override
  public String toString() {
    return "Credentials[" + instance.apiUrl() + "]";
  }
}
