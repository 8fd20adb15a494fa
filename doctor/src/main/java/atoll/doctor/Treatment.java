package atoll.doctor;

import atoll.doctor.catalogue.Finding;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.repair.Patient;
import atoll.doctor.repair.Repairs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Repairs what can be repaired safely, looks again, and stops when nothing more gets better.
public final class Treatment {
  private static final int MOST_ROUNDS = 4;

  private final Doctor doctor;

  public Treatment(Doctor doctor) {
    this.doctor = doctor;
  }

  /// @param done what was repaired, in that order
  /// @param failed what could not be, and why
  /// @param after the last look
  public record Outcome(List<String> done, List<String> failed, Diagnosis after) {
    public Outcome {
      done = List.copyOf(done);
      failed = List.copyOf(failed);
    }
  }

  /// A sandbox without a fixable finding is not touched.
  public Outcome run(String id, String token) throws IOException {
    var done = new ArrayList<String>();
    var failed = new ArrayList<String>();
    Doctor.Look look = doctor.look(id, token, true);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      List<Finding> fixable = fixable(look.diagnosis(), done, failed);
      if (fixable.isEmpty()) break;
      for (Finding finding : fixable) repair(finding, look.evidence(), token, done, failed);
      look = doctor.look(id, token, true);
    }
    return new Outcome(done, failed, look.diagnosis());
  }

  /// The same cause is tried once: what comes back has another one behind it.
  private static List<Finding> fixable(Diagnosis d, List<String> done, List<String> failed) {
    return d.findings().stream()
        .filter(f -> Repairs.has(f.failure().id()))
        .filter(f -> !done.contains(f.failure().id()))
        .filter(f -> failed.stream().noneMatch(t -> t.startsWith(f.failure().id() + ":")))
        .toList();
  }

  private void repair(
      Finding finding, Evidence seen, String token, List<String> done, List<String> failed) {
    String id = finding.failure().id();
    try {
      Repairs.run(id, new Patient(seen, doctor.examiner(), token));
      done.add(id);
    } catch (IOException e) {
      failed.add(id + ": " + e.getMessage());
    }
  }
}
