package atoll.vmm.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class GuestEndTest {
  private final ArrayList<GuestEnd.Seen> told = new ArrayList<>();
  private final GuestEnd end = new GuestEnd(told::add);

  @Test
  void aLineThatComesInPiecesIsUnderstood() {
    end.read("hello\n[    9.1234");
    end.read("56] reboot: Power do");
    assertThat(told).isEmpty();
    end.read("wn\n");
    assertThat(told)
        .singleElement()
        .extracting(GuestEnd.Seen::kind)
        .isEqualTo(GuestEnd.Kind.POWER_OFF);
  }

  @Test
  void aPanicThatRebootsIsAPanicAndToldOnce() {
    end.read(
        "[ 1.0] Kernel panic - not syncing: VFS\n[ 1.1] Rebooting in 1 seconds..\n[ 2.1] reboot: Restarting system\n");
    assertThat(told).hasSize(1);
    assertThat(end.seen().kind()).isEqualTo(GuestEnd.Kind.PANIC);
    assertThat(end.seen().words()).contains("VFS");
  }

  @Test
  void wordsInTheMidstOfALineMeanNothing() {
    end.read("user said: reboot: Power down\n");
    end.read("rebooting\n");
    assertThat(end.seen()).isNull();
  }

  @Test
  void aLineWithoutEndTakesNoMemory() {
    for (int i = 0; i < 10_000; i++) end.read("x".repeat(100));
    end.read("\nreboot: System halted\n");
    assertThat(end.seen().kind()).isEqualTo(GuestEnd.Kind.POWER_OFF);
  }
}
