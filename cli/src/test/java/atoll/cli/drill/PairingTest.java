package atoll.cli.drill;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.doctor.fault.Fault;
import atoll.doctor.fault.Faults;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Pairs that a drill draws can be brought about, in the order in which it does.
class PairingTest {
  private static Fault fault(String name) {
    return Faults.find(name).orElseThrow();
  }

  private static List<String> pair(String a, String b) {
    return Pairing.pair(fault(a), fault(b)).orElse(List.of()).stream().map(Fault::failure).toList();
  }

  @Test
  void whatTheSecondNeedsIsStillThere() {
    assertThat(pair("tap.renamed", "tap.wrong_mac"))
        .containsExactly("tap.wrong_mac", "tap.renamed");
    assertThat(pair("vmm.ungrouped", "vmm.throttled"))
        .containsExactly("vmm.throttled", "vmm.ungrouped");
    assertThat(pair("agent.stranger", "guest.no_route"))
        .containsExactly("guest.no_route", "agent.stranger");
    assertThat(pair("tap.down", "namespace.neighbour_missing"))
        .containsExactly("namespace.neighbour_missing", "tap.down");
    assertThat(pair("vmm.stopped", "guest.clock")).containsExactly("guest.clock", "vmm.stopped");
    assertThat(pair("vmm.overlay_missing", "vmm.overlay_owner"))
        .containsExactly("vmm.overlay_owner", "vmm.overlay_missing");
  }

  @Test
  void whatTakesTheOtherAwayIsNoPair() {
    assertThat(pair("agent.hung", "guest.nic_silent")).isEmpty();
    assertThat(pair("tap.moved", "tap.missing")).isEmpty();
    assertThat(pair("tap.down", "tap.down")).isEmpty();
  }

  @Test
  void aDrawIsOfDifferentPairsAndTheSameForASeed() {
    List<List<Fault>> drawn = Pairing.draw(Faults.all(), 240, 1);
    assertThat(drawn).hasSize(240).isEqualTo(Pairing.draw(Faults.all(), 240, 1));
    assertThat(Set.copyOf(drawn)).hasSize(240);
    assertThat(drawn)
        .allSatisfy(
            p -> assertThat(p).noneMatch(f -> Pairing.ALONE.contains(f.failure())).hasSize(2));
  }
}
