package atoll.doctor;

import atoll.core.Patience;
import atoll.doctor.catalogue.Finding;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.evidence.Examiner;
import atoll.doctor.evidence.JournalFile;
import atoll.doctor.evidence.Subject;
import atoll.doctor.evidence.Subjects;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Says why a sandbox cannot be reached, from the kernel and the journal; works when the node does
/// not.
///
/// - **Owner** whoever opens it; holds one thread until closed, changes nothing.
/// - **Threads** safe anywhere; looks at different sandboxes may run side by side.
/// - **Time** a passive look below 300 ms, one that asks the guest below 1.5 s, on a host of the
///   usual patience.
public final class Doctor implements AutoCloseable {
  private static final Duration MOMENT = Duration.ofMillis(100);

  /// Together with the looks themselves, below what a passive verdict may take.
  private static final int AGAIN = 2;

  private final Path home;
  private final Examiner examiner;

  /// @param patience with a guest that is asked, and with programs that are
  public Doctor(Path home, Patience patience) {
    this.home = home;
    this.examiner = new Examiner(home, patience);
  }

  /// What was seen, and what it means.
  ///
  /// @param evidence null if nothing is known of the sandbox
  public record Look(Diagnosis diagnosis, Evidence evidence) {}

  /// Looks at one sandbox.
  ///
  /// @param token the agent's secret if it is known, else null
  /// @param ask whether the guest is asked too
  public Look look(String id, String token, boolean ask) throws IOException {
    long start = System.nanoTime();
    for (int again = AGAIN; ; again--) {
      Optional<Subject> subject = new Subjects(JournalFile.of(home)).find(id);
      if (subject.isEmpty()) return new Look(unknown(id, start), null);
      Evidence e = ask ? examiner.active(subject.get(), token) : examiner.passive(subject.get());
      if (again == 0 || !isEnding(e)) return new Look(judge(e, millisSince(start)), e);
      LockSupport.parkNanos(MOMENT.toNanos()); // the journal tells nobody that it grew
    }
  }

  /// A node that runs hears of a monitor's end at once and writes down what it knows of it. In
  /// between the process is missing, and why is not yet said.
  private static boolean isEnding(Evidence e) {
    return e.subject().live()
        && e.subject().pid() != 0
        && !e.monitor().there()
        && e.ending() == null
        && e.host().nodePid() != 0;
  }

  private Diagnosis unknown(String id, long start) {
    String why = "the journal in " + home.resolve("journal") + " does not know " + id;
    return new Diagnosis(
        id,
        Verdict.UNKNOWN,
        null,
        List.of(),
        Ladder.unknown(why),
        List.of(why),
        millisSince(start));
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /// The meaning of evidence: a function of it alone.
  public static Diagnosis judge(Evidence e, double tookMs) {
    List<Finding> findings = Ranking.of(e);
    return new Diagnosis(
        e.subject().id(),
        verdict(e, findings),
        findings.isEmpty() ? null : findings.getFirst(),
        findings.isEmpty() ? List.of() : findings.subList(1, findings.size()),
        Ladder.of(e, findings),
        e.unread(),
        tookMs);
  }

  private static Verdict verdict(Evidence e, List<Finding> findings) {
    if (!findings.isEmpty())
      return switch (findings.getFirst().severity()) {
        case BREAKING -> Verdict.BROKEN;
        case DEGRADING -> Verdict.DEGRADED;
        case EXPLAINING -> Verdict.EXPLAINED;
      };
    return e.slot().view() == null || !e.monitor().alive() ? Verdict.UNKNOWN : Verdict.HEALTHY;
  }

  /// All sandboxes that the journal says are there.
  public List<String> sandboxes() throws IOException {
    return examiner.subjects().stream().map(Subject::id).toList();
  }

  public Examiner examiner() {
    return examiner;
  }

  @Override
  public void close() {
    examiner.close();
  }
}
