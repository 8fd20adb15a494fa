package atoll.doctor.catalogue;

import atoll.doctor.evidence.Evidence;
import java.util.List;
import java.util.Optional;

/// One way in which a sandbox breaks: how it looks, what proves it, what helps.
///
/// A check reads [Evidence] alone and asks for the cause itself, never for its effects: so that it
/// stays quiet when another cause has the same effects. No I/O, no clock: safe anywhere.
public abstract class Failure {
  private final String id;
  private final Layer layer;
  private final Severity severity;
  private final String symptom;
  private final String check;
  private final String remedy;

  protected Failure(
      String id, Layer layer, Severity severity, String symptom, String check, String remedy) {
    this.id = id;
    this.layer = layer;
    this.severity = severity;
    this.symptom = symptom;
    this.check = check;
    this.remedy = remedy;
  }

  /// Empty if the evidence does not show this failure.
  public abstract Optional<Finding> examine(Evidence e);

  /// `layer.what`, stable.
  public final String id() {
    return id;
  }

  public final Layer layer() {
    return layer;
  }

  public final Severity severity() {
    return severity;
  }

  /// What people see.
  public final String symptom() {
    return symptom;
  }

  /// What is compared with what.
  public final String check() {
    return check;
  }

  public final String remedy() {
    return remedy;
  }

  /// One that certainly is it.
  final Optional<Finding> certain(String why, String... evidence) {
    return found(0.98, why, evidence);
  }

  final Optional<Finding> found(double confidence, String why, String... evidence) {
    return Optional.of(new Finding(this, severity, confidence, List.of(evidence), why, remedy));
  }

  final Optional<Finding> found(Severity as, double confidence, String why, String... evidence) {
    return Optional.of(new Finding(this, as, confidence, List.of(evidence), why, remedy));
  }

  @Override
  public final String toString() {
    return id;
  }
}
