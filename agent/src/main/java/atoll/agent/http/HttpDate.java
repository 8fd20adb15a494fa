package atoll.agent.http;

import java.time.Instant;

/// Dates as HTTP writes them, RFC 9110 section 5.6.7.
public final class HttpDate {
  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

  private record Cached(long second, String text) {}

  private static volatile Cached cached = new Cached(-1, "");

  private HttpDate() {}

  /// The present second, formatted once.
  public static String now() {
    long second = System.currentTimeMillis() / 1000;
    Cached known = cached;
    if (known.second == second) return known.text;
    var fresh = new Cached(second, text(second));
    cached = fresh;
    return fresh.text;
  }

  public static String text(long epochSecond) {
    UtcTime t = UtcTime.of(epochSecond);
    int day = t.weekday() * 3;
    int month = (t.month() - 1) * 3;
    var out = new StringBuilder(29).append(DAYS, day, day + 3).append(", ");
    two(out, t.day()).append(' ').append(MONTHS, month, month + 3).append(' ').append(t.year());
    two(out.append(' '), t.hour()).append(':');
    two(out, t.minute()).append(':');
    return two(out, t.second()).append(" GMT").toString();
  }

  /// Seconds since the epoch, or -1 if the text is no such date.
  public static long parse(String text) {
    try {
      return Instant.from(java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.parse(text))
          .getEpochSecond();
    } catch (java.time.DateTimeException notADate) {
      return -1;
    }
  }

  private static StringBuilder two(StringBuilder out, int value) {
    return out.append((char) ('0' + value / 10)).append((char) ('0' + value % 10));
  }
}
