package atoll.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.doctor.evidence.DiskFacts;
import atoll.doctor.evidence.Ending;
import atoll.doctor.evidence.Expected;
import atoll.doctor.evidence.GroupFacts;
import atoll.doctor.evidence.HostFacts;
import atoll.doctor.evidence.MonitorFacts;
import atoll.doctor.evidence.ProbeFacts;
import atoll.doctor.evidence.SeatFacts;
import atoll.doctor.evidence.SlotFacts.Elsewhere;
import atoll.doctor.evidence.SlotFacts.FilterRule;
import atoll.linux.net.Link;
import atoll.linux.net.Mac;
import atoll.linux.net.NetworkView;
import atoll.linux.net.NetworkView.Port;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Looks alike, is not the same: neighbours among failures, told apart by evidence alone.
class JudgeTest {
  private final Sample s = new Sample();

  @Test
  void aHealthyOneHasNoFindingAtAll() {
    Diagnosis said = s.diagnosis();
    assertThat(said.findings()).isEmpty();
    assertThat(said.verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(said.hops()).allMatch(h -> h.state() == Hop.State.OK);
  }

  @Test
  void aPassiveLookAtAHealthyOneLeavesTheGuestOpen() {
    s.probe = null;
    s.guest = null;
    assertThat(s.diagnosis().verdict()).isEqualTo(Verdict.HEALTHY);
    assertThat(s.diagnosis().hops())
        .extracting(Hop::state)
        .endsWith(Hop.State.UNKNOWN, Hop.State.UNKNOWN);
  }

  @Test
  void noCarrierIsAnEffectOfADeadMonitor() {
    s.view = Sample.view(Sample.tap(1, true, false, Expected.HOST_MAC));
    s.monitor = MonitorFacts.GONE;
    s.probe = null;
    assertThat(s.cause()).isEqualTo("vmm.gone");
    assertThat(s.diagnosis().others()).isEmpty();
  }

  @Test
  void noCarrierIsAnEffectOfARecreatedNamespace() {
    s.view = Sample.view(Sample.tap(1, true, false, Expected.HOST_MAC));
    s.monitor = Sample.monitor(Sample.OTHER_INODE, Map.of(10, "tap0"), "S");
    s.elsewhere =
        List.of(
            new Elsewhere(
                "the monitor's namespace",
                Sample.OTHER_INODE,
                Sample.tap(2, true, true, Expected.HOST_MAC)));
    s.probe = Sample.SILENT;
    assertThat(s.cause()).isEqualTo("namespace.recreated");
  }

  @Test
  void aTapThatTheMonitorMadeItselfMeansThatItWasNeverInItsSlot() {
    s.view = Sample.view(Sample.tap(1, true, false, Expected.HOST_MAC));
    s.monitor = Sample.monitor(Sample.OTHER_INODE, Map.of(10, "tap0"), "S");
    s.elsewhere =
        List.of(new Elsewhere("the monitor's namespace", Sample.OTHER_INODE, Sample.ownTap(2)));
    s.probe = Sample.SILENT;
    assertThat(s.cause()).isEqualTo("vmm.wrong_namespace");
  }

  @Test
  void anEmptyInterfaceInFdinfoTellsARecreatedTapFromAMovedOne() {
    s.view = Sample.view(Sample.tap(1, true, false, Expected.HOST_MAC));
    s.probe = Sample.SILENT;
    s.monitor = Sample.monitor(Sample.SLOT_INODE, Map.of(10, ""), "S");
    assertThat(s.cause()).isEqualTo("tap.recreated");
    s.monitor = Sample.monitor(Sample.SLOT_INODE, Map.of(10, "tap0"), "S");
    s.elsewhere =
        List.of(new Elsewhere("/run/netns/x", 1, Sample.tap(1, true, true, Expected.HOST_MAC)));
    assertThat(s.cause()).isEqualTo("tap.moved");
    s.elsewhere = List.of();
    s.view = Sample.view(Sample.tap(1, true, false, Expected.HOST_MAC));
    assertThat(s.cause()).isEqualTo("tap.no_carrier");
  }

  @Test
  void aPausedGuestUsesNoProcessorAndADeadNetworkCardDoes() {
    s.probe = Sample.SILENT;
    assertThat(s.cause()).isEqualTo("guest.nic_silent");
    s.probe = new ProbeFacts("", -1, false, "", "", "timeout", 0, -1, "", 0, 0, 0, 0, 0, 800);
    assertThat(s.cause()).isEqualTo("guest.paused");
  }

  @Test
  void aStoppedOrFrozenMonitorExplainsASilentGuest() {
    s.probe = new ProbeFacts("", -1, false, "", "", "timeout", 0, -1, "", 0, 0, 0, 0, 0, 800);
    s.monitor = Sample.monitor(Sample.SLOT_INODE, Map.of(10, "tap0"), "T");
    assertThat(s.cause()).isEqualTo("vmm.stopped");
    s.monitor = Sample.monitor(Sample.SLOT_INODE, Map.of(10, "tap0"), "S");
    s.group = new GroupFacts(true, "/sys/fs/cgroup/freezer/x", -1, -1, -1, -1, -1, -1, -1, -1);
    assertThat(s.cause()).isEqualTo("vmm.frozen");
  }

  @Test
  void whatRawFramesReachAndAConnectionDoesNotLiesInTheNamespace() {
    s.probe =
        new ProbeFacts(
            "02:FC:00:00:00:05",
            3,
            true,
            "open",
            "02:FC:00:00:00:06",
            "timeout",
            0,
            -1,
            "",
            4,
            80,
            0,
            9,
            0,
            800);
    s.view = withNeighbour("02:DE:AD:00:00:01");
    Diagnosis said = s.diagnosis();
    assertThat(said.cause().failure().id()).isEqualTo("namespace.neighbour_poisoned");
    assertThat(said.hops())
        .filteredOn(h -> h.name().equals("guest NIC"))
        .extracting(Hop::state)
        .containsExactly(Hop.State.OK);
  }

  private static NetworkView withNeighbour(String mac) {
    NetworkView v = Sample.view(Sample.tap(1, true, true, Expected.HOST_MAC));
    var poisoned = List.of(new NetworkView.Neighbour(1, Expected.GUEST, Mac.parse(mac), 0x80));
    return new NetworkView(v.ports(), v.addresses(), v.routes(), poisoned, v.qdiscs(), v.rules());
  }

  @Test
  void aResetComesFromALivingGuest() {
    s.probe =
        new ProbeFacts(
            "02:FC:00:00:00:05",
            3,
            true,
            "refused",
            "02:FC:00:00:00:06",
            "refused",
            0,
            -1,
            "",
            4,
            80,
            0,
            9,
            0,
            100);
    assertThat(s.cause()).isEqualTo("agent.not_listening");
    assertThat(s.diagnosis().others()).isEmpty();
  }

  private static final String TAP_MAC = Expected.HOST_MAC.toString();

  private static ProbeFacts probe(
      String port, String answersTo, String tcp, int status, double millis) {
    return new ProbeFacts(
        "02:FC:00:00:00:05",
        3,
        true,
        port,
        answersTo,
        tcp,
        status,
        millis,
        "",
        4,
        80,
        0,
        9,
        0,
        800);
  }

  @Test
  void slowIsSaidToBeSlowAndIsNoFault() {
    s.probe = probe("open", TAP_MAC, "connected", 204, 700);
    assertThat(s.cause()).isEqualTo("agent.slow");
    assertThat(s.diagnosis().verdict()).isEqualTo(Verdict.EXPLAINED);
  }

  @Test
  void answersThatGoToAStrangersAddressAreTheGuestsFault() {
    s.probe = probe("open", "02:00:00:00:00:99", "timeout", 0, -1);
    assertThat(s.cause()).isEqualTo("guest.gateway_poisoned");
    s.probe = probe("open", TAP_MAC, "connected", 204, 3);
    assertThat(s.diagnosis().verdict()).isEqualTo(Verdict.HEALTHY);
  }

  @Test
  void aTapWithAStrangersAddressIsTheTapsFault() {
    s.view = Sample.view(Sample.tap(1, true, true, Mac.parse("02:FC:00:00:00:99")));
    s.probe = probe("open", TAP_MAC, "timeout", 0, -1);
    assertThat(s.cause()).isEqualTo("tap.wrong_mac");
  }

  @Test
  void whatNoReaderKnowsLiesBetweenRawFramesAndAConnection() {
    s.probe = probe("open", TAP_MAC, "operation not permitted", 0, -1);
    assertThat(s.cause()).isEqualTo("namespace.refuses");
    assertThat(s.diagnosis().others()).isEmpty();
    s.probe = probe("open", TAP_MAC, "timeout", 0, -1);
    assertThat(s.diagnosis().cause().confidence()).as("by silence alone").isLessThan(0.6);
    s.probe = probe("", "", "timeout", 0, -1);
    assertThat(s.cause()).as("the guest itself keeps silent").isEqualTo("guest.ip_refused");
  }

  @Test
  void aRemedyNamesTheSandboxsOwnThings() {
    s.view = Sample.view(Sample.tap(1, false, true, Expected.HOST_MAC));
    s.probe = Sample.SILENT;
    assertThat(s.diagnosis().cause().remedy()).isEqualTo("ip -n atoll-5 link set tap0 up");
    s.view = Sample.view(Sample.tap(1, true, true, Expected.HOST_MAC));
    s.monitor = Sample.monitor(Sample.SLOT_INODE, Map.of(10, "tap0"), "T");
    assertThat(s.diagnosis().cause().remedy()).isEqualTo("kill -CONT 4711");
  }

  /// The kernel writes such an entry itself for a link that was told to do without ARP.
  @Test
  void aNeighbourWithoutArpIsTheSwitchedOffArpAndNoPoison() {
    NetworkView v = withNeighbour("02:FC:00:00:00:06");
    var tap = v.ports().getFirst();
    var quiet =
        new Link(1, "tap0", 0x1043 | 0x80, true, 1, 1500, Expected.HOST_MAC, Link.Counters.NONE);
    var port = new NetworkView.Port(quiet, "tun", tap.tun(), 0, -1, 1000, null);
    var entry = new NetworkView.Neighbour(1, Expected.GUEST, Expected.HOST_MAC, 0x40);
    s.view =
        new NetworkView(
            List.of(port), v.addresses(), v.routes(), List.of(entry), v.qdiscs(), v.rules());
    s.probe = probe("open", TAP_MAC, "timeout", 0, -1);
    assertThat(s.cause()).isEqualTo("tap.arp_off");
  }

  @Test
  void aMonitorThatTheKernelKilledForMemoryDidNotJustEnd() {
    s.monitor = MonitorFacts.GONE;
    s.probe = null;
    String words = "the monitor ended: killed by signal 9";
    s.ending = new Ending("2026-01-01T00:00:00Z", "vmm_exited", words, List.of());
    assertThat(s.cause()).isEqualTo("vmm.exited");
    words += ", by the kernel for want of memory";
    s.ending = new Ending("2026-01-01T00:00:00Z", "vmm_exited", words, List.of());
    assertThat(s.cause()).isEqualTo("vmm.out_of_memory");
  }

  @Test
  void aNodeThatWasStoppedIsNotGone() {
    HostFacts h = s.host;
    s.host =
        new HostFacts(
            true,
            1000,
            "T",
            0,
            h.memoryAvailable(),
            h.memoryTotal(),
            1,
            2,
            5,
            300,
            32768,
            1000,
            100_000,
            true,
            h.settings());
    assertThat(s.cause()).isEqualTo("host.node_stopped");
    assertThat(s.diagnosis().others()).isEmpty();
  }

  @Test
  void anOverlayThatItsOwnerMayNotWriteIsNamed() {
    DiskFacts d = s.disk;
    s.disk =
        new DiskFacts(
            true,
            true,
            true,
            d.base(),
            true,
            false,
            d.overlayUid(),
            false,
            true,
            true,
            d.free(),
            d.size(),
            d.inodesFree(),
            d.inodes(),
            false);
    assertThat(s.cause()).isEqualTo("vmm.overlay_owner");
  }

  @Test
  void whatThePolicyRefusedIsExplainedAndAStrangersRuleIsNot() {
    s.drops = List.of(new FilterRule("inet", "atoll_slot", "judge", "daddr @denied reject", 3));
    assertThat(s.cause()).isEqualTo("veth.policy_denied");
    assertThat(s.diagnosis().verdict()).isEqualTo(Verdict.EXPLAINED);
    s.drops = List.of(new FilterRule("inet", "atoll_slot", "judge", "daddr @denied reject", 0));
    assertThat(s.diagnosis().verdict()).isEqualTo(Verdict.HEALTHY);
    s.drops = List.of(new FilterRule("inet", "other", "in", "drop", 3));
    assertThat(s.cause()).isEqualTo("namespace.firewall");
  }

  /// Its port is a veth too, and its rules refuse much, all of it meant.
  @Test
  void aSeatInASharedNetworkIsNoWayOutAndNoFault() {
    HostFacts h = s.host;
    s.host =
        new HostFacts(
            true,
            1000,
            "S",
            0,
            h.memoryAvailable(),
            h.memoryTotal(),
            1,
            2,
            5,
            300,
            32768,
            1000,
            100_000,
            true,
            Map.of("net/ipv4/ip_forward", "0"));
    var tap = Sample.tap(1, true, true, Expected.HOST_MAC);
    s.view = Sample.view(tap, cable(2, "net0"));
    s.drops =
        List.of(
            new FilterRule("netdev", "atoll_shared", "ip_out", "saddr drop", 7),
            new FilterRule("netdev", "atoll_shared", "from_network", "policy drop", -1));
    assertThat(s.diagnosis().verdict()).isEqualTo(Verdict.HEALTHY);
    s.view = Sample.view(tap, cable(2, "net0"), cable(3, "eth0"));
    assertThat(s.cause()).isEqualTo("host.forwarding_off");
  }

  private static NetworkView.Port cable(int index, String name) {
    var mac = new Mac(0x02_a8_00_00_00_02L);
    var link = new Link(index, name, 0x1043, true, 1, 1500, mac, Link.Counters.NONE);
    return new NetworkView.Port(link, "veth", null, 0, -1, 1000, null);
  }

  @Test
  void verdictsBecomeExitStatuses() {
    assertThat(Verdict.HEALTHY.exit()).isZero();
    assertThat(Verdict.EXPLAINED.exit()).isZero();
    assertThat(Verdict.DEGRADED.exit()).isEqualTo(1);
    assertThat(Verdict.BROKEN.exit()).isEqualTo(1);
    assertThat(Verdict.UNKNOWN.exit()).isEqualTo(2);
  }

  @Test
  void aPortOfASharedNetworkIsJudgedApart() {
    s.seat = new SeatFacts(cable(7, true, 0, -1), cable(8, true, 9, 3), cable(9, true, 0, -1));
    assertThat(s.diagnosis().findings()).isEmpty();
    for (var cut :
        List.of(
            new SeatFacts(Optional.empty(), Optional.empty(), Optional.empty()),
            new SeatFacts(cable(7, false, 0, -1), cable(8, true, 9, 3), cable(9, true, 0, -1)),
            new SeatFacts(cable(7, true, 0, -1), cable(8, false, 9, 0), cable(9, true, 0, -1)),
            new SeatFacts(cable(7, true, 0, -1), cable(8, true, 0, -1), Optional.empty()),
            new SeatFacts(cable(7, true, 0, -1), cable(8, true, 9, 3), cable(9, false, 0, -1)),
            new SeatFacts(cable(7, true, 0, -1), cable(8, true, 9, 1), cable(9, true, 0, -1)))) {
      s.seat = cut;
      assertThat(s.cause()).as(cut.toString()).isEqualTo("veth.port_cut");
      assertThat(s.diagnosis().verdict()).isEqualTo(Verdict.DEGRADED);
    }
  }

  private static Optional<Port> cable(int index, boolean up, int master, int state) {
    var link =
        new Link(
            index,
            "cable" + index,
            up ? 0x1043 : 0x1042,
            up,
            1,
            1500,
            Expected.HOST_MAC,
            Link.Counters.NONE);
    return Optional.of(new Port(link, "veth", null, master, state, 1000, null));
  }
}
