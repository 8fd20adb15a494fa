package atoll.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.doctor.evidence.ApiFacts;
import atoll.doctor.evidence.ApiFacts.Counters;
import atoll.doctor.evidence.Ending;
import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.MonitorFacts;
import atoll.doctor.evidence.ProbeFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a Firecracker says of itself, among what the kernel shows.
class FirecrackerTest {
  private final Sample s = new Sample();

  private static ApiFacts says(String state, String tap, String shown) {
    return new ApiFacts(true, "1.16.1", state, "", tap, 1, 512, shown, "", Counters.NONE);
  }

  @Test
  void aHealthyOneHasNoFinding() {
    s.api = says("Running", Expected.TAP, "mounted");
    assertThat(s.diagnosis().findings()).isEmpty();
    assertThat(s.diagnosis().hops())
        .anySatisfy(hop ->
            assertThat(hop.evidence())
                .contains("Firecracker 1.16.1 Running on tap0, disk mounted"));
  }

  @Test
  void aPausedOneSaysSo() {
    s.api = says("Paused", Expected.TAP, "mounted");
    s.probe = new ProbeFacts("", -1, false, "", "", "timeout", 0, -1, "", 0, 40, 0, 0, 0, 800);
    assertThat(s.cause()).isEqualTo("guest.paused");
  }

  @Test
  void aMachineWithoutItsSlotsTapIsNamed() {
    s.view = Sample.view(Sample.tap(1, true, false, Expected.HOST_MAC));
    s.monitor = Sample.monitor(Sample.SLOT_INODE, Map.of(), "S");
    s.probe = Sample.SILENT;
    s.api = says("Running", "", "mounted");
    assertThat(s.cause()).isEqualTo("vmm.other_tap");
    s.api = says("Running", "tap7", "mounted");
    assertThat(s.cause()).isEqualTo("vmm.other_tap");
  }

  @Test
  void aDiskThatNobodyShowsIsTheCauseOfWhatTheGuestSuffers() {
    s.api = says("Running", Expected.TAP, "dead");
    s.console = List.of("EXT4-fs error (device vda): ext4_find_entry");
    assertThat(s.cause()).isEqualTo("vmm.disk_lost");
  }

  @Test
  void aSilentApiIsNoCauseWhereTheProcessIsStopped() {
    s.api =
        new ApiFacts(
            true, "", "", "no answer within 250 ms", "", 0, 0, "mounted", "", Counters.NONE);
    assertThat(s.cause()).isEqualTo("vmm.api_silent");
    s.monitor = Sample.monitor(Sample.SLOT_INODE, Map.of(10, "tap0"), "T");
    s.probe = Sample.SILENT;
    assertThat(s.cause()).isEqualTo("vmm.stopped");
    assertThat(s.diagnosis().findings()).noneMatch(f -> f.failure().id().equals("vmm.api_silent"));
  }

  @Test
  void howItWasRefusedOrLostItsDiskIsRead() {
    s.monitor = MonitorFacts.GONE;
    s.probe = null;
    s.ending = new Ending("now", "snapshot_version", "Invalid data version: 11.0.0", List.of());
    assertThat(s.cause()).isEqualTo("vmm.refused");
    s.ending = new Ending("now", "disk_lost", "the storage daemon ended", List.of());
    assertThat(s.cause()).isEqualTo("vmm.disk_lost");
    s.ending = new Ending("now", "tap_not_held", "it holds no tap", List.of());
    assertThat(s.cause()).isEqualTo("vmm.exited");
  }

  @Test
  void itsOwnWordForTheMachineCounts() {
    s.api = new ApiFacts(true, "1", "Running", "", "tap0", 4, 1024, "mounted", "", Counters.NONE);
    assertThat(s.evidence().cpus()).isEqualTo(4);
    assertThat(s.evidence().memoryMib()).isEqualTo(1024);
    s.api = ApiFacts.NONE;
    assertThat(s.evidence().cpus()).isEqualTo(1);
    assertThat(s.evidence().memoryMib()).isEqualTo(512);
  }
}
