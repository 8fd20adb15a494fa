package atoll.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void columnsAreAlignedAndAbsentCellsAreDashes() {
    assertThat(new Table("A", "LONGER").row("value", null).toString())
        .isEqualTo("A      LONGER\nvalue  -\n");
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() {
    assertThat(new Table("A").row("x\u001b[31m\n").toString()).isEqualTo("A\nx?[31m?\n");
  }
}
