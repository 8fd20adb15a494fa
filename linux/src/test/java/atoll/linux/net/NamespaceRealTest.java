package atoll.linux.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Mount;
import atoll.linux.kernel.Procfs;
import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Namespaces, taps, netlink and the dialer against the running kernel.
@Tag("real")
class NamespaceRealTest {
  private static final Mac HOST_MAC = Mac.parse("02:FC:00:00:00:06");
  private static final Mac GUEST_MAC = Mac.parse("02:FC:00:00:00:05");
  private static final Cidr HOST = Cidr.parse("169.254.0.22/30");
  private static final Inet4Address GUEST = Inet4Address.ofLiteral("169.254.0.21");

  @TempDir Path directory;
  private Path anchor;
  private Netns netns;
  private final NamespaceDialer dialer = new NamespaceDialer();

  @BeforeEach
  void createNamespace() throws IOException {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun")) && "root".equals(System.getProperty("user.name")),
        "SKIPPED: needs root and /dev/net/tun");
    anchor = Files.createFile(directory.resolve("ns"));
    netns = Netns.create(anchor);
  }

  @AfterEach
  void removeNamespace() throws IOException {
    dialer.close();
    if (netns != null) netns.close();
    Netns.delete(anchor);
  }

  @Test
  void aNamespaceHasAnInodeOfItsOwnAndLeavesTheCallerWhereItWas() throws IOException {
    long home = Netns.current();
    assertThat(netns.inside(Netns::current)).isEqualTo(netns.inode()).isNotEqualTo(home);
    assertThat(Netns.current()).isEqualTo(home);
    assertThat(Procfs.netnsInode(ProcessHandle.current().pid())).isEqualTo(home);
    assertThat(netns.isAnchored()).isTrue();
  }

  @Test
  void anAnchorReboundToAnotherNamespaceIsNoticed() throws IOException {
    Mount.detach(anchor);
    assertThat(netns.isAnchored()).isFalse();
    assertThatThrownBy(() -> Netns.open(anchor)).hasMessageContaining("nothing is mounted on it");
    try (var other = Netns.create(anchor)) {
      assertThat(netns.isAnchored()).isFalse();
      assertThat(other.inode()).isNotEqualTo(netns.inode());
    }
  }

  @Test
  void workThatFailsInANewNamespaceLeavesNothingBound() throws IOException {
    Path second = Files.createFile(directory.resolve("second"));
    assertThatThrownBy(() ->
            Netns.create(
                second,
                () -> {
                  throw new IOException("half way");
                }))
        .hasMessage("half way");
    assertThat(Netns.isBound(second)).isFalse();
  }

  @Test
  void deletingIsRepeatable() throws IOException {
    Netns.delete(anchor);
    Netns.delete(anchor);
    assertThat(anchor).doesNotExist();
  }

  @Test
  void aTapHasCarrierExactlyWhileSomebodyHoldsIt() throws Exception {
    makeTap();
    try (LinkWatch watch = dialer.linkWatch(netns)) {
      assertThat(link().carrier()).isFalse();
      try (Fd held = dialer.tap(netns, "tap0")) {
        assertThat(link().carrier()).isTrue();
        assertThat(Procfs.tunDescriptors(ProcessHandle.current().pid()))
            .containsEntry(held.number(), "tap0");
        assertThatThrownBy(() -> dialer.tap(netns, "tap0"))
            .isInstanceOfSatisfying(
                KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
      }
      assertThat(watch.await("tap0", l -> !l.carrier(), soon())).isPresent();
    }
  }

  @Test
  void carrierIsToldByAnEvent() throws Exception {
    makeTap();
    try (LinkWatch watch = dialer.linkWatch(netns)) {
      var waiting = new FutureTask<>(() -> watch.await("tap0", Link::carrier, soon()));
      Thread.ofVirtual().start(waiting);
      try (Fd held = dialer.tap(netns, "tap0")) {
        assertThat(waiting.get())
            .map(Link::carrierChanges)
            .hasValueSatisfying(n -> assertThat(n).isPositive());
        assertThat(held.number()).isNotNegative();
      }
    }
  }

  @Test
  void aWatchGivesUpAtItsDeadline() throws Exception {
    makeTap();
    try (LinkWatch watch = dialer.linkWatch(netns)) {
      assertThat(watch.await("tap0", Link::carrier, Deadline.after(Duration.ofMillis(20))))
          .isEmpty();
    }
  }

  @Test
  void openingAMissingTapMakesNone() throws IOException {
    assertThatThrownBy(() -> dialer.tap(netns, "tap0")).hasMessageContaining("does not exist");
    try (Netlink netlink = dialer.netlink(netns)) {
      assertThat(netlink.link("tap0")).isEmpty();
    }
  }

  @Test
  void aTapKeepsItsAddressesAndCounters() throws IOException {
    makeTap();
    Link tap = link();
    assertThat(tap.up()).isTrue();
    assertThat(tap.mac()).isEqualTo(HOST_MAC);
    assertThat(tap.mtu()).isEqualTo(1500);
    assertThat(tap.counters().rxPackets()).isZero();
  }

  @Test
  void theNameOfALinkCanBeTakenOnlyOnce() throws IOException {
    Path second = Files.createFile(directory.resolve("second"));
    try (Netns other = Netns.create(second);
        Netlink netlink = dialer.netlink(netns);
        Netlink far = dialer.netlink(other)) {
      netlink.createVeth("v0", "peer0", other);
      assertThat(far.link("peer0")).isPresent();
      assertThatThrownBy(() -> netlink.createVeth("v0", "peer1", other))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
          .hasMessageContaining("create veth v0");
      netlink.delete("v0");
      assertThat(far.link("peer0")).isEmpty();
      assertThatThrownBy(() -> netlink.delete("v0"))
          .isInstanceOfSatisfying(
              KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
    } finally {
      Netns.delete(second);
    }
  }

  @Test
  void linksAreListedAndRoutesAdded() throws IOException {
    makeTap();
    try (Netlink netlink = dialer.netlink(netns)) {
      assertThat(netlink.links()).extracting(Link::name).contains("lo", "tap0");
      netlink.addBlackhole(Cidr.parse("10.11.0.0/16"), 7);
      netlink.addRoute(Cidr.parse("10.12.0.0/16"), GUEST, link().index());
      netlink.addRoute(Cidr.parse("10.13.0.0/16"), null, link().index());
      assertThatThrownBy(() -> netlink.addBlackhole(Cidr.parse("10.11.0.0/16"), 7))
          .isInstanceOf(KernelException.class);
      netlink.down(link().index());
      assertThat(link().up()).isFalse();
    }
  }

  @Test
  void aDialedSocketBelongsToTheNamespace() throws IOException {
    try (Fd socket = new Fd(dialer.socket(netns))) {
      Path sockstat = Path.of("/proc/thread-self/net/sockstat");
      assertThat(netns.inside(() -> Files.readString(sockstat))).contains("sockets: used 1");
      assertThat(socket.number()).isPositive();
    }
  }

  @Test
  void aClosedNamespaceGivesNoSocketAtAll() {
    netns.close();
    assertThatThrownBy(() -> dialer.socket(netns)).hasMessageContaining("is closed");
  }

  @Test
  void aClosedDialerFailsItsCallers() {
    dialer.close();
    assertThatThrownBy(() -> dialer.socket(netns)).isInstanceOf(IOException.class);
  }

  @Test
  void manyThreadsDialAtOnceAndAllSocketsAreInside() throws Exception {
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      var dials = new java.util.ArrayList<java.util.concurrent.Future<Integer>>();
      for (int i = 0; i < 200; i++) dials.add(threads.submit(() -> dialer.socket(netns)));
      for (var dial : dials) new Fd(dial.get()).close();
    }
    assertThat(netns.inside(() -> Files.readString(Path.of("/proc/thread-self/net/sockstat"))))
        .contains("sockets: used 0");
  }

  @Test
  void ordersHandedOverTogetherAreCarriedOutAndTheRefusedOneIsNamed() throws Exception {
    makeTap();
    netns.inside(() -> {
      try (Netlink netlink = Netlink.open()) {
        int tap = netlink.link("tap0").orElseThrow().index();
        netlink.down(tap);
        assertThatThrownBy(() ->
                netlink
                    .together()
                    .up(Netlink.LOOPBACK)
                    .addAddress(4711, HOST)
                    .addAddress(tap, HOST)
                    .up(tap)
                    .carryOut())
            .isInstanceOfSatisfying(
                KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV))
            .hasMessageContaining("add address");
        assertThat(netlink.link("lo").orElseThrow().up()).isTrue();
        assertThat(netlink.link("tap0").orElseThrow().up()).isTrue();
        netlink.up(tap); // the connection is as usable as before
      }
      return null;
    });
  }

  private void makeTap() throws IOException {
    netns.inside(() -> {
      Tap.create("tap0");
      try (Netlink netlink = Netlink.open()) {
        int index = netlink.link("tap0").orElseThrow().index();
        netlink.up(index, HOST_MAC);
        netlink.addAddress(index, HOST);
        netlink.addNeighbour(index, GUEST, GUEST_MAC);
      }
      return null;
    });
  }

  private Link link() throws IOException {
    try (Netlink netlink = dialer.netlink(netns)) {
      return netlink.link("tap0").orElseThrow();
    }
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(5));
  }
}
