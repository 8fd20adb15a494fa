package atoll.doctor.evidence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How long, until a moment, some task of this host had been waiting for a processor. Source: the
/// kernel's documentation, `accounting/psi.rst`.
///
/// Its averages cover ten seconds or more, in which a host may have been busy and be so no longer;
/// two of these tell of the time between them.
///
/// @param micros since the host's start; 0 where the kernel does not count it
/// @param nanos on the monotonic clock
record CpuStall(long micros, long nanos) {
  private static final Path FILE = Path.of("/proc/pressure/cpu");
  private static final String TOTAL = "total=";

  static CpuStall now() {
    return new CpuStall(total(), System.nanoTime());
  }

  private static long total() {
    try {
      return total(Files.readString(FILE));
    } catch (IOException notCounted) {
      return 0;
    }
  }

  /// Of the file's first line, which begins with `some`.
  static long total(String text) {
    int at = text.indexOf(TOTAL);
    if (at < 0) return 0;
    return Reading.number(text.substring(at + TOTAL.length()).split("\\s", 2)[0], 0);
  }

  double percentSince(CpuStall earlier) {
    long passed = (nanos - earlier.nanos) / 1000;
    return passed <= 0 ? 0 : 100.0 * (micros - earlier.micros) / passed;
  }
}
