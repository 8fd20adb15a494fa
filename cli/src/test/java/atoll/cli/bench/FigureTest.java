package atoll.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FigureTest {
  @Test
  void aLimitIsMetUpToItselfAndNoFurther() {
    assertThat(Figure.atMost("x", 4, "ms", 4, 20).met()).isTrue();
    assertThat(Figure.atMost("x", 4.001, "ms", 4, 20).met()).isFalse();
  }

  @Test
  void aRatioIsToldBesideItsBaseline() {
    var figure = Figure.ratio("x", 3, "ms", "raw", 2, 1.5, 20);
    assertThat(figure.met()).isTrue();
    assertThat(figure.json().toString())
        .isEqualTo(
            "{\"name\":\"x\",\"value\":3,\"unit\":\"ms\",\"baseline\":\"raw\",\"baselineValue\":2,\"ratio\":1.5,"
                + "\"rounds\":20,\"must\":\"≤ 1.50 × baseline\",\"met\":true}");
  }

  @Test
  void fasterCountsTheOtherWayRound() {
    assertThat(Figure.faster("x", 1, "s", "raw", 12, 12, 20).met()).isTrue();
    assertThat(Figure.faster("x", 1, "s", "raw", 11, 12, 20).met()).isFalse();
    assertThat(Figure.faster("x", 2, "s", "raw", 24, 12, 20).cells())
        .contains("12 × faster", "yes");
  }

  @Test
  void aFigureWithoutATargetIsNeitherMetNorMissed() {
    assertThat(Figure.told("x", 0.25, "s", 1).json().toString()).doesNotContain("met", "baseline");
  }

  @Test
  void theMedianIsTheMiddleOfTheSortedSamples() {
    assertThat(Samples.of(9, 1, 5).median()).isEqualTo(5);
  }
}
