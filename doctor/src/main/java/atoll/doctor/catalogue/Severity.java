package atoll.doctor.catalogue;

/// What a failure does to its sandbox, worst first.
public enum Severity {
  /// It cannot be used.
  BREAKING,
  /// It can be used, with less than it should have.
  DEGRADING,
  /// It does what it was told to: somebody may wonder all the same.
  EXPLAINING
}
