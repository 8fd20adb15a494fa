package atoll.doctor;

import atoll.core.json.Json;
import atoll.doctor.catalogue.Finding;
import atoll.doctor.repair.Repairs;
import java.util.List;

/// The answer about one sandbox.
///
/// @param cause the one that explains most, or null
/// @param others what else was found, most likely first
/// @param unread what could not be read, and why
public record Diagnosis(
    String sandbox,
    Verdict verdict,
    Finding cause,
    List<Finding> others,
    List<Hop> hops,
    List<String> unread,
    double tookMs) {
  public Diagnosis {
    others = List.copyOf(others);
    hops = List.copyOf(hops);
    unread = List.copyOf(unread);
  }

  /// Every finding, the cause first.
  public List<Finding> findings() {
    if (cause == null) return List.of();
    var all = new java.util.ArrayList<Finding>();
    all.add(cause);
    all.addAll(others);
    return all;
  }

  public Json.Obj json() {
    return Json.object(
        "sandbox",
        sandbox,
        "verdict",
        verdict.word(),
        "cause",
        cause == null ? Json.NULL : json(cause),
        "others",
        others.stream().map(Diagnosis::json).toList(),
        "hops",
        hops.stream().map(Diagnosis::json).toList(),
        "unread",
        unread,
        "tookMs",
        Math.round(tookMs * 10) / 10.0);
  }

  private static Json json(Finding f) {
    return Json.object(
        "id",
        f.failure().id(),
        "layer",
        f.failure().layer().word(),
        "confidence",
        f.confidence(),
        "evidence",
        f.evidence(),
        "why",
        f.why(),
        "remedy",
        f.remedy(),
        "fixable",
        Repairs.has(f.failure().id()));
  }

  private static Json json(Hop hop) {
    return Json.object("name", hop.name(), "state", hop.state().word(), "evidence", hop.evidence());
  }
}
