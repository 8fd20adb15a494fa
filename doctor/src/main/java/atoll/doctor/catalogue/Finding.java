package atoll.doctor.catalogue;

import atoll.doctor.evidence.Subject;
import java.util.List;

/// One failure, seen in one sandbox.
///
/// @param confidence from 0 to 1
/// @param evidence what was read, one fact a line
/// @param why it is this and not its neighbours, in one sentence
public record Finding(
    Failure failure,
    Severity severity,
    double confidence,
    List<String> evidence,
    String why,
    String remedy) {
  public Finding {
    evidence = List.copyOf(evidence);
  }

  /// With the names of this sandbox in its remedy instead of placeholders, so that a line can be
  /// copied and run.
  public Finding of(Subject subject) {
    String words = remedy.replaceAll("\\bID\\b", subject.id());
    if (subject.pid() > 0) words = words.replaceAll("\\bPID\\b", Long.toString(subject.pid()));
    if (subject.slot() >= 0)
      words = words.replaceAll("\\bNAME\\b", subject.anchor().getFileName().toString());
    return new Finding(failure, severity, confidence, evidence, why, words);
  }
}
