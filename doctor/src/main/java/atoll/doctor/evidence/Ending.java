package atoll.doctor.evidence;

import java.util.List;

/// How a sandbox ended or failed to start, as its node wrote it down at that moment.
public record Ending(String at, String reason, String message, List<String> console) {
  public Ending {
    console = List.copyOf(console);
  }
}
