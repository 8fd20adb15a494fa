package atoll.doctor;

import atoll.doctor.catalogue.Catalogue;
import atoll.doctor.catalogue.Failure;
import atoll.doctor.catalogue.Finding;
import atoll.doctor.catalogue.Severity;
import atoll.doctor.evidence.Evidence;
import java.util.Comparator;
import java.util.List;

/// Orders findings: what breaks before what degrades, what is surer, what comes first on the
/// ladder.
final class Ranking {
  private static final String FALLBACK = "agent.unreachable";
  private static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::severity)
          .thenComparingLong(f -> -Math.round(f.confidence() * 50))
          .thenComparing(f -> f.failure().layer());

  private Ranking() {}

  static List<Finding> of(Evidence e) {
    List<Finding> all = Catalogue.all().stream().flatMap(f -> seen(f, e)).toList();
    boolean explained =
        all.stream()
            .anyMatch(f -> f.severity() == Severity.BREAKING && !f.failure().id().equals(FALLBACK));
    return all.stream()
        .filter(f -> !explained || !f.failure().id().equals(FALLBACK))
        .sorted(WORST_FIRST)
        .toList();
  }

  private static java.util.stream.Stream<Finding> seen(Failure failure, Evidence e) {
    return failure.examine(e).stream();
  }
}
