package atoll.linux.cgroup;

import atoll.core.Bytes;

/// What the processes of a group may use together. Where the host lacks a controller its limit does
/// not hold, and [Cgroups#missing()] says so.
///
/// @param memory including page cache of files they read
/// @param processes with their threads, each counting as one
/// @param cpus as time: 1.5 is 150 ms in each 100 ms; 0.01 to 1024
public record CgroupLimits(Bytes memory, int processes, double cpus) {
  private static final double LEAST_CPUS = 0.01;
  private static final double MOST_CPUS = 1024;

  /// The kernel's own period, in µs.
  static final long PERIOD_MICROS = 100_000;

  public CgroupLimits {
    if (memory.count() == 0) throw new IllegalArgumentException("a memory limit of nothing");
    if (processes < 1) throw new IllegalArgumentException("a limit of " + processes + " processes");
    if (!(cpus >= LEAST_CPUS && cpus <= MOST_CPUS)) {
      throw new IllegalArgumentException("a limit of " + cpus + " CPUs");
    }
  }

  long quotaMicros() {
    return Math.round(cpus * PERIOD_MICROS);
  }
}
