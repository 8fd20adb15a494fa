package atoll.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Refusal;
import atoll.linux.net.Link;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.node.egress.FakeInternet;
import atoll.node.egress.SlotRange;
import atoll.node.egress.proxy.HostNames;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.sandbox.NetworkSlot;
import atoll.protocol.network.AddressRange;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node's slots on a played host, with the ledger as witness.
@Tag("real")
class HostSlotsRealTest {
  private static final HostNames NOBODY =
      name -> {
        throw new IOException("no name server in this test");
      };

  private static final EgressPolicy ONE =
      new EgressPolicy(
          List.of(AddressRange.parse(FakeInternet.SITE)),
          List.of(),
          List.of(EgressPolicy.EVERYWHERE),
          List.of());

  @TempDir Path directory;
  private final NamespaceDialer dialer = new NamespaceDialer();
  private FakeInternet internet;
  private Ledger ledger;

  @BeforeEach
  void open() throws IOException {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun"))
            && "root".equals(System.getProperty("user.name"))
            && Files.isExecutable(Path.of("/usr/sbin/nft")),
        "SKIPPED: needs root, /dev/net/tun and nft");
    internet = new FakeInternet(Files.createDirectory(directory.resolve("play")), dialer);
    ledger = Ledger.open(directory.resolve("journal"));
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (internet == null) return;
    assertThat(ledger.entries()).isEmpty();
    ledger.close();
    try (Netlink netlink = dialer.netlink(internet.host)) {
      assertThat(netlink.links()).extracting(Link::name).containsExactlyInAnyOrder("lo", "uplink");
    }
    internet.close();
    dialer.close();
    Path slots = directory.resolve("slots");
    if (Files.readString(Path.of("/proc/self/mountinfo")).contains(" " + slots + " "))
      atoll.linux.kernel.Mount.detach(slots);
  }

  private HostSlots slots() throws IOException {
    var shape = new HostSlots.Shape(directory, directory.resolve("slots"), 2, 4, SlotRange.USUAL);
    return HostSlots.open(shape, ledger, dialer, internet.network(), NOBODY);
  }

  @Test
  void eachPolicyGetsItsKindOfSlot() throws IOException {
    try (HostSlots slots = slots()) {
      assertThat(slots.lack()).isEmpty();
      assertThat(ledger.entries())
          .extracting(Ledger.Entry::object)
          .hasAtLeastOneElementOfType(HostObject.WayOut.class);
      NetworkSlot closed = slots.slots().claim(EgressPolicy.CLOSED);
      NetworkSlot open = slots.slots().claim(EgressPolicy.OPEN);
      NetworkSlot ruled = slots.slots().claim(ONE);
      assertThat(closed.veth()).isNull();
      assertThat(open.veth()).isEqualTo("atollv" + open.index());
      assertThat(ruled.egress()).isEqualTo(ONE);
      closed.egress(ONE);
      assertThat(closed.veth()).isEqualTo("atollv" + closed.index());
      open.egress(EgressPolicy.CLOSED);
      assertThat(open.veth()).isNull();
      for (NetworkSlot slot : List.of(closed, open, ruled)) slot.release();
      assertThatThrownBy(() -> open.egress(EgressPolicy.OPEN)).hasMessageContaining("has ended");
    }
  }

  @Test
  void aSlotThatOutlivesItsNodeKeepsItsWayOut() throws IOException {
    HostSlots first = slots();
    NetworkSlot slot = first.slots().claim(ONE);
    String cable = slot.veth();
    first.leave();
    ledger.close();
    ledger = Ledger.open(directory.resolve("journal"));
    try (HostSlots second = slots()) {
      NetworkSlot adopted = second.slots().adopt(slot.anchor(), ONE);
      assertThat(adopted.egress()).isEqualTo(ONE);
      assertThat(adopted.veth()).isEqualTo(cable);
      assertThat(adopted.inode()).isEqualTo(slot.inode());
      adopted.egress(EgressPolicy.CLOSED);
      assertThat(adopted.veth()).isNull();
      adopted.release();
    }
  }

  @Test
  void withoutAWayOutOnlyWhatNamesNothingIsGranted() throws IOException {
    internet.forward(false);
    try (HostSlots slots = slots()) {
      assertThat(slots.lack()).contains("does not forward").contains("sysctl");
      NetworkSlot slot = slots.slots().claim(EgressPolicy.OPEN);
      assertThat(slot.egress().isClosed()).isTrue();
      assertThat(slot.veth()).isNull();
      assertThatThrownBy(() -> slots.slots().claim(ONE))
          .isInstanceOf(Refusal.Unavailable.class)
          .hasMessageContaining("no way out");
      assertThatThrownBy(() -> slot.egress(ONE)).isInstanceOf(Refusal.Unavailable.class);
      slot.release();
    }
  }
}
