package atoll.agent.process;

/// How long a command without input may run before its output is looked at.
///
/// Most commands are short. One that ends within this time wakes its thread once instead of at each
/// step: under emulation every switch from its program to this one and back is dear. How long a
/// short command lasts differs by an order of magnitude between a processor and its emulation, so
/// it is learnt from those that ran before.
///
/// Safe for several threads; a lost update is made good by the next command.
final class Patience {
  private static final long FIRST_NANOS = 15_000_000;
  private static final long LEAST_NANOS = 1_000_000;

  /// So much later, at most, the first output of a longer command is told.
  static final long MOST_NANOS = 50_000_000;

  private volatile long usualNanos = FIRST_NANOS / 2;

  /// Twice what is usual, in milliseconds.
  int millis() {
    long nanos = Math.clamp(2 * usualNanos, LEAST_NANOS, MOST_NANOS);
    return (int) ((nanos + 999_999) / 1_000_000);
  }

  /// A command ended after this time. The long ones teach nothing.
  void lasted(long nanos) {
    if (nanos > MOST_NANOS) return;
    long usual = usualNanos;
    usualNanos = usual + (nanos - usual) / 4;
  }
}
