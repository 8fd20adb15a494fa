package atoll.agent.guest;

import java.time.Instant;
import java.time.LocalDate;

/// Reads RFC 3339 times by hand: the library's formatter is slow on its first use, and `/init` must
/// not be.
final class Timestamp {
  private static final int FRACTION_AT = 19;
  private static final int SHORTEST = 20;
  private static final int DAY = 86_400;

  private Timestamp() {}

  /// Throws [IllegalArgumentException] or [java.time.DateTimeException] for anything else.
  static Instant parse(String text) {
    if (text.length() < SHORTEST || text.charAt(10) != 'T')
      throw new IllegalArgumentException("not an RFC 3339 time");
    separators(text);
    long day =
        LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
    int hour = number(text, 11, 13);
    int minute = number(text, 14, 16);
    int second = number(text, 17, 19);
    if (hour > 23 || minute > 59 || second > 59)
      throw new IllegalArgumentException("time of day out of range");
    int zone = FRACTION_AT;
    if (text.charAt(zone) == '.')
      for (zone++; zone < text.length() && isDigit(text.charAt(zone)); zone++) {}
    long seconds = day * DAY + hour * 3600L + minute * 60L + second - offset(text, zone);
    return Instant.ofEpochSecond(seconds, nanos(text, FRACTION_AT + 1, zone));
  }

  private static void separators(String text) {
    boolean good =
        text.charAt(4) == '-'
            && text.charAt(7) == '-'
            && text.charAt(13) == ':'
            && text.charAt(16) == ':';
    if (!good) throw new IllegalArgumentException("not an RFC 3339 time");
  }

  private static int nanos(String text, int from, int to) {
    if (to <= from) return 0;
    int value = 0;
    for (int i = 0; i < 9; i++)
      value = value * 10 + (from + i < to ? text.charAt(from + i) - '0' : 0);
    return value;
  }

  private static int offset(String text, int at) {
    if (at == text.length() - 1 && text.charAt(at) == 'Z') return 0;
    if (at != text.length() - 6 || text.charAt(at + 3) != ':')
      throw new IllegalArgumentException("no time zone");
    int seconds = number(text, at + 1, at + 3) * 3600 + number(text, at + 4, at + 6) * 60;
    return switch (text.charAt(at)) {
      case '+' -> seconds;
      case '-' -> -seconds;
      default -> throw new IllegalArgumentException("no time zone");
    };
  }

  private static int number(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      if (!isDigit(text.charAt(i))) throw new IllegalArgumentException("a digit was expected");
      value = value * 10 + text.charAt(i) - '0';
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
