package atoll.agent.rpc;

import atoll.agent.http.UtcTime;

/// Times as the JSON mapping writes them: UTC, with 0, 3, 6 or 9 digits after the second.
final class Rfc3339 {
  private Rfc3339() {}

  static String text(long seconds, int nanos) {
    UtcTime time = UtcTime.of(seconds);
    var out = new StringBuilder(30);
    digits(out, (int) time.year(), 4).append('-');
    digits(out, time.month(), 2).append('-');
    digits(out, time.day(), 2).append('T');
    digits(out, time.hour(), 2).append(':');
    digits(out, time.minute(), 2).append(':');
    digits(out, time.second(), 2);
    if (nanos != 0) fraction(out.append('.'), nanos);
    return out.append('Z').toString();
  }

  private static void fraction(StringBuilder out, int nanos) {
    if (nanos % 1_000_000 == 0) digits(out, nanos / 1_000_000, 3);
    else if (nanos % 1_000 == 0) digits(out, nanos / 1_000, 6);
    else digits(out, nanos, 9);
  }

  private static StringBuilder digits(StringBuilder out, int value, int count) {
    int scale = 1;
    for (int i = 1; i < count; i++) scale *= 10;
    for (; scale > 0; scale /= 10) out.append((char) ('0' + value / scale % 10));
    return out;
  }
}
