package atoll.doctor.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuStallTest {
  @Test
  void readsTheTimeThatSomeTaskWaited() {
    assertThat(
            CpuStall.total(
                "some avg10=12.50 avg60=3.00 avg300=1.00 total=987654\n"
                    + "full avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"))
        .isEqualTo(987_654);
  }

  @Test
  void isNothingWhereItIsNotCounted() {
    assertThat(CpuStall.total("")).isZero();
    assertThat(CpuStall.total("some avg10=0.00 total=")).isZero();
  }

  @Test
  void isAShareOfTheTimeBetween() {
    var earlier = new CpuStall(1_000_000, 5_000_000_000L);
    assertThat(new CpuStall(1_400_000, 5_800_000_000L).percentSince(earlier)).isEqualTo(50);
    assertThat(earlier.percentSince(earlier)).isZero();
  }
}
