package atoll.doctor.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.node.network.GuestNetwork;
import org.junit.jupiter.api.Test;

/// The doctor names addresses without the node's code; this holds the two together.
class ExpectedTest {
  @Test
  void addressesAreThoseThatTheNodeGives() {
    assertThat(Expected.TAP).isEqualTo(GuestNetwork.TAP);
    assertThat(Expected.HOST).isEqualTo(GuestNetwork.HOST);
    assertThat(Expected.GUEST).isEqualTo(GuestNetwork.GUEST);
    assertThat(Expected.HOST_MAC).isEqualTo(GuestNetwork.HOST_MAC);
    assertThat(Expected.GUEST_MAC).isEqualTo(GuestNetwork.GUEST_MAC);
  }
}
