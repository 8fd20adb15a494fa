package atoll.agent.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UtcTimeTest {
  @Test
  void everyDayOfFourCenturiesIsTheLibrarys() {
    long first = Instant.parse("1799-12-31T00:00:01Z").getEpochSecond();
    for (int day = 0; day < 146_100; day++) check(first + day * 86_400L);
  }

  @Test
  void anySecondIsTheLibrarys() {
    var random = new Random(1);
    for (int i = 0; i < 100_000; i++) check(random.nextLong(-62_167_219_200L, 253_402_300_800L));
  }

  @Test
  void secondsAroundMidnightAndTheEpoch() {
    for (long second : new long[] {-86_401, -86_400, -1, 0, 1, 86_399, 86_400, 951_868_799})
      check(second);
  }

  private static void check(long second) {
    ZonedDateTime t = Instant.ofEpochSecond(second).atZone(ZoneOffset.UTC);
    assertThat(UtcTime.of(second))
        .isEqualTo(
            new UtcTime(
                t.getYear(),
                t.getMonthValue(),
                t.getDayOfMonth(),
                t.getDayOfWeek().getValue() - 1,
                t.getHour(),
                t.getMinute(),
                t.getSecond()));
  }
}
