package atoll.doctor;

import atoll.doctor.catalogue.Catalogue;
import atoll.doctor.catalogue.Failure;
import atoll.doctor.catalogue.Finding;
import atoll.doctor.catalogue.Severity;
import atoll.doctor.evidence.Evidence;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Orders findings: what breaks before what degrades, what is surer, what comes first on the
/// ladder.
final class Ranking {
  /// They tell where it breaks and not why, the sharper one first: each gives way to any other.
  private static final List<String> FALLBACKS = List.of("namespace.refuses", "agent.unreachable");

  private static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::severity)
          .thenComparingLong(f -> -Math.round(f.confidence() * 50))
          .thenComparing(f -> f.failure().layer());

  private Ranking() {}

  static List<Finding> of(Evidence e) {
    List<Finding> all = Catalogue.all().stream().flatMap(f -> seen(f, e)).toList();
    boolean explained =
        all.stream().anyMatch(f -> f.severity() == Severity.BREAKING && !fallback(f));
    Optional<Finding> best =
        explained
            ? Optional.empty()
            : all.stream()
                .filter(Ranking::fallback)
                .min(Comparator.comparing(f -> FALLBACKS.indexOf(f.failure().id())));
    return all.stream()
        .filter(f -> !fallback(f) || best.filter(f::equals).isPresent())
        .sorted(WORST_FIRST)
        .toList();
  }

  private static boolean fallback(Finding finding) {
    return FALLBACKS.contains(finding.failure().id());
  }

  private static java.util.stream.Stream<Finding> seen(Failure failure, Evidence e) {
    return failure.examine(e).map(f -> f.of(e.subject())).stream();
  }
}
