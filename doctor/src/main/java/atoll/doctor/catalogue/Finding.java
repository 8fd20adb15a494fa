package atoll.doctor.catalogue;

import java.util.List;

/// One failure, seen in one sandbox.
///
/// @param confidence from 0 to 1
/// @param evidence what was read, one fact a line
/// @param why it is this and not its neighbours, in one sentence
public record Finding(
    Failure failure, Severity severity, double confidence, List<String> evidence, String why) {
  public Finding {
    evidence = List.copyOf(evidence);
  }
}
