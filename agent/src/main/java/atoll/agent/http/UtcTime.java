package atoll.agent.http;

/// A second of the proleptic Gregorian calendar at Greenwich.
///
/// By arithmetic of our own: the first use of [java.time.LocalDate] makes a dozen formatters, and
/// was a tenth of the time from the agent's start to its first answer.
///
/// @param year may be negative or beyond 9999
/// @param month from 1
/// @param day of the month, from 1
/// @param weekday from 0, a Monday
public record UtcTime(
    long year, int month, int day, int weekday, int hour, int minute, int second) {
  private static final int DAY = 86_400;
  private static final int DAYS_OF_400_YEARS = 146_097;
  private static final int DAYS_OF_100_YEARS = 36_524;
  private static final int DAYS_OF_4_YEARS = 1_461;

  /// From 1 March of the year 0, so that leap days come last, to 1 January 1970.
  private static final int EPOCH = 719_468;

  /// Any number of seconds since 1970.
  public static UtcTime of(long epochSecond) {
    long days = Math.floorDiv(epochSecond, DAY);
    int second = (int) Math.floorMod(epochSecond, (long) DAY);
    long shifted = days + EPOCH;
    long era = Math.floorDiv(shifted, DAYS_OF_400_YEARS);
    int inEra = (int) Math.floorMod(shifted, (long) DAYS_OF_400_YEARS);
    int leapDays =
        inEra / (DAYS_OF_4_YEARS - 1) - inEra / DAYS_OF_100_YEARS + inEra / (DAYS_OF_400_YEARS - 1);
    int yearOfEra = (inEra - leapDays) / 365;
    int inYear = inEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int march = (5 * inYear + 2) / 153; // months since March: 153 days are five of them
    int day = inYear - (153 * march + 2) / 5 + 1;
    int month = march < 10 ? march + 3 : march - 9;
    long year = 400 * era + yearOfEra + (month <= 2 ? 1 : 0);
    int weekday = (int) Math.floorMod(days + 3, 7L); // the first day of 1970 was a Thursday
    return new UtcTime(year, month, day, weekday, second / 3600, second / 60 % 60, second % 60);
  }
}
