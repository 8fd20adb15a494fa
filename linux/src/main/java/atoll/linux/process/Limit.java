package atoll.linux.process;

/// What a process may use at most. Source: getrlimit(2); the numbers are those of every
/// architecture here.
public enum Limit {
  /// Processor time in seconds; at the limit the process is killed.
  PROCESSOR_SECONDS(0),
  /// The size of a core file in bytes.
  CORE_BYTES(4),
  /// One more than the highest descriptor.
  OPEN_FILES(7);

  final int resource;

  Limit(int resource) {
    this.resource = resource;
  }
}
