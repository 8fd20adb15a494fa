package atoll.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.Tap;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Slots in the running kernel, in a directory of anchors of their own. The last check of each test
/// is that nothing is left.
@Tag("real")
class SlotRealTest {
  @TempDir Path directory;
  private final NamespaceDialer dialer = new NamespaceDialer();
  private final Ledger ledger = new Ledger();
  private SlotPool pool;

  @BeforeEach
  void needRoot() {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun")) && "root".equals(System.getProperty("user.name")),
        "SKIPPED: needs root and /dev/net/tun");
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    if (pool != null) pool.close();
    dialer.close();
    assertThat(ledger.open).isEmpty();
    try (var left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
    assertThat(mounts).doesNotContain(directory + "/atoll-");
    if (mounts.contains(" " + directory + " ")) atoll.linux.kernel.Mount.detach(directory);
  }

  @Test
  void aLeaseHasAnUnheldTapWithItsAddresses() throws IOException {
    try (SlotLease lease = open(1, 2).claim(soon())) {
      assertThat(lease.tap().up()).isTrue();
      assertThat(lease.tap().carrier()).isFalse();
      assertThat(lease.slot().netns().anchor()).isEqualTo(directory.resolve("atoll-0"));
      assertThat(ledger.open).contains(0);
      try (Fd tap = lease.openTap()) {
        assertThat(lease.tap().carrier()).isTrue();
        assertThat(tap.number()).isPositive();
      }
      assertThat(lease.traffic().rxPackets()).isZero();
    }
  }

  @Test
  void noFrameLeavesATapByItself() throws Exception {
    try (SlotLease lease = open(1, 2).claim(soon());
        Fd tap = lease.openTap()) {
      lease.watch().close();
      assertThat(
              atoll.linux.kernel.Poll.await(
                  Deadline.after(Duration.ofMillis(300)), atoll.linux.kernel.Poll.IN, tap.number()))
          .isEqualTo(-1);
    }
  }

  @Test
  void aReleasedSlotIsReusedWhenNothingOfItsUserIsLeft() throws IOException {
    open(1, 1);
    SlotLease first = pool.claim(soon());
    first.openTap().close();
    first.close();
    try (SlotLease second = pool.claim(soon())) {
      assertThat(second.slot()).isEqualTo(first.slot());
    }
  }

  @Test
  void aTapThatAMonitorAttachedToByNameIsTakenBack() throws IOException {
    open(1, 1);
    SlotLease first = pool.claim(soon());
    Tap.handOver(first.openTap(), 70_000);
    assertThat(first.slot().isLent()).isTrue();
    first.close();
    try (SlotLease second = pool.claim(soon())) {
      assertThat(second.slot()).isEqualTo(first.slot());
      assertThat(second.slot().isLent()).isFalse();
      assertThat(second.tap().carrier()).isFalse();
    }
  }

  @Test
  void aSocketLeftOpenCostsTheSlot() throws IOException {
    open(1, 1);
    SlotLease first = pool.claim(soon());
    try (Fd forgotten = new Fd(first.socket())) {
      first.close();
      try (SlotLease second = pool.claim(soon())) {
        assertThat(second.slot().netns().inode()).isNotEqualTo(first.slot().netns().inode());
      }
      assertThat(forgotten.number()).isPositive();
    }
  }

  @Test
  void aDamagedSlotIsDestroyed() throws IOException {
    open(1, 1);
    SlotLease first = pool.claim(soon());
    try (Netlink netlink = dialer.netlink(first.slot().netns())) {
      netlink.delete("tap0");
    }
    assertThatThrownBy(first::openTap).hasMessageContaining("does not exist");
    first.close();
    try (SlotLease second = pool.claim(soon())) {
      assertThat(second.slot().index()).isNotEqualTo(first.slot().index());
      assertThat(second.tap().up()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip route add 198.51.100.0/24 dev tap0",
        "ip address add 198.51.100.1/24 dev tap0",
        "ip address delete 169.254.0.22/30 dev tap0",
        "ip link set tap0 mtu 1400",
        "ip link set tap0 txqueuelen 1",
        "ip link set lo down",
        "ip neigh replace 169.254.0.21 lladdr 02:00:00:00:00:66 nud permanent dev tap0",
        "ip rule add to 169.254.0.21 prohibit",
        "tc qdisc replace dev tap0 root pfifo limit 3",
        "ip xfrm policy add src 0.0.0.0/0 dst 169.254.0.21/32 dir out action block",
        "nft add table inet stranger",
        "nft add table ip filter"
      })
  void aSlotThatComesBackOtherThanItWasBuiltIsDestroyed(String change) throws Exception {
    changed(List.of(change.split(" ")));
  }

  /// Asks for a table as `iptables-legacy` does, which need not be installed: the kernel makes it.
  @Test
  void aSlotWithATableOfTheOlderFiltersIsDestroyed() throws Exception {
    String ask =
        """
        import ctypes, socket
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        info, size = ctypes.create_string_buffer(b'filter', 84), ctypes.c_uint(84)
        IPT_SO_GET_INFO = 64
        assert ctypes.CDLL(None).getsockopt(s.fileno(), 0, IPT_SO_GET_INFO, info, ctypes.byref(size)) == 0
        """;
    Assumptions.assumeTrue(
        Files.exists(Path.of("/proc/net/ip_tables_names")),
        "SKIPPED: this kernel has no ip_tables");
    changed(List.of("python3", "-c", ask));
  }

  private static int sockets(Slot slot) throws IOException {
    return slot.netns()
        .inside(
            () -> SlotAudit.sockets(Files.readString(Path.of("/proc/thread-self/net/sockstat"))));
  }

  /// Carries a command out in a slot's namespace, which must then not serve another sandbox.
  private void changed(List<String> command) throws Exception {
    open(1, 1);
    SlotLease first = pool.claim(soon());
    var words = new ArrayList<>(List.of("nsenter", "--net=" + first.slot().netns().anchor()));
    words.addAll(command);
    int before = sockets(first.slot());
    assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    var settled = soon(); // a closed netlink socket is counted for a while, and would be the reason
    while (sockets(first.slot()) > before) assertThat(settled.expired()).isFalse();
    first.close();
    try (SlotLease second = pool.claim(soon())) {
      assertThat(second.slot().index()).isNotEqualTo(first.slot().index());
    }
  }

  @Test
  void aWornSlotIsDestroyed() throws IOException {
    open(1, 1);
    SlotLease first = pool.claim(soon());
    first.wear();
    first.close();
    try (SlotLease second = pool.claim(soon())) {
      assertThat(second.slot().index()).isNotEqualTo(first.slot().index());
    }
  }

  /// The guest's address exists in no other place: a dial after the end fails, and nothing is sent
  /// by the host's routes.
  @Test
  void aDialToAClosedRouteFailsInsteadOfLeavingTheHost() throws IOException {
    open(1, 2);
    SlotLease lease = pool.claim(soon());
    int early = lease.socket();
    lease.close();
    assertThatThrownBy(lease::socket).hasMessageContaining("has ended");
    new Fd(early).close();
    pool.close();
    assertThatThrownBy(() -> dialer.socket(lease.slot().netns())).hasMessageContaining("is closed");
  }

  /// A namespace whose tap is gone knows no way to anywhere, so a socket that outlived its slot
  /// reaches nothing.
  @Test
  void aSlotHasNoRouteButToItsGuest() throws Exception {
    try (SlotLease lease = open(1, 2).claim(soon())) {
      Netns netns = lease.slot().netns();
      assertThat(connectFailure(netns, "192.0.2.1")).hasMessageContaining("Network is unreachable");
      try (Netlink netlink = dialer.netlink(netns)) {
        netlink.delete("tap0");
      }
      assertThat(connectFailure(netns, "169.254.0.21"))
          .hasMessageContaining("Network is unreachable");
    }
  }

  @Test
  void aServerInOneSlotIsNotSeenFromAnother() throws Exception {
    open(2, 2);
    try (SlotLease one = pool.claim(soon());
        SlotLease other = pool.claim(soon())) {
      InetAddress address = GuestNetwork.HOST.address();
      try (ServerSocket server = one.slot().netns().inside(() -> new ServerSocket(0, 1, address))) {
        var at = new InetSocketAddress(address, server.getLocalPort());
        try (Socket near = one.slot().netns().inside(() -> connected(at))) {
          assertThat(near.isConnected()).isTrue();
        }
        assertThatThrownBy(() -> other.slot().netns().inside(() -> connected(at)))
            .hasMessageContaining("refused");
      }
    }
  }

  @Test
  void aTakenNumberIsSkipped() throws IOException {
    Path foreign = Files.createFile(directory.resolve("atoll-0"));
    try (SlotLease lease = open(1, 1).claim(soon())) {
      assertThat(lease.slot().index()).isEqualTo(1);
    }
    pool.close();
    assertThat(foreign).exists();
    Files.delete(foreign);
  }

  @Test
  void aJournalThatCannotWriteStopsTheBuildBeforeAnythingExists() throws IOException {
    ledger.failure = new KernelException("write the journal", Errno.ENOSPC);
    open(1, 1);
    assertThatThrownBy(() -> pool.claim(soon())).hasMessageContaining("no space left on device");
  }

  @Test
  void whatACrashLeftIsSwept() throws IOException {
    Netns.prepareDirectory(directory);
    Path boundOnly = Files.createFile(directory.resolve("atoll-7"));
    Netns left = Netns.create(boundOnly);
    left.inside(() -> {
      Tap.create("tap0");
      return null;
    });
    left.close();
    Files.createFile(directory.resolve("atoll-8"));
    ledger.open.addAll(List.of(7, 8, 9));
    assertThat(SlotPool.sweep(directory, 7, ledger)).isTrue();
    assertThat(SlotPool.sweep(directory, 8, ledger)).isTrue();
    assertThat(SlotPool.sweep(directory, 9, ledger)).isFalse();
  }

  @Test
  void aNamespaceWithAProcessInItIsNotSweptAway() throws Exception {
    Netns.prepareDirectory(directory);
    Path anchor = Files.createFile(directory.resolve("atoll-7"));
    try (Netns left = Netns.create(anchor)) {
      Process inside =
          new ProcessBuilder("nsenter", "--net=" + anchor, "sh", "-c", "echo in; exec sleep 600")
              .start();
      try {
        assertThat(inside.getInputStream().read()).isEqualTo('i');
        assertThatThrownBy(() -> SlotPool.sweep(directory, 7, ledger))
            .hasMessageContaining("still holds processes [" + inside.pid() + "]");
      } finally {
        inside.destroyForcibly().waitFor();
      }
      assertThat(left.isAnchored()).isTrue();
    }
    assertThat(SlotPool.sweep(directory, 7, ledger)).isTrue();
  }

  /// Budgets of docs/benchmarks.md, with room for a busy machine; the figures are printed.
  @Test
  void buildingAndClaimingStayWithinTheirBudgets() throws IOException {
    var works = new KernelSlots(directory, ledger, dialer);
    for (int warm = 0; warm < 20; warm++) works.destroy(works.make());
    var slots = new ArrayList<Slot>();
    var build = new double[200];
    for (int i = 0; i < build.length; i++) {
      long start = System.nanoTime();
      slots.add(works.make());
      build[i] = (System.nanoTime() - start) / 1e6;
    }
    long start = System.nanoTime();
    for (Slot slot : slots) works.destroy(slot);
    double destroy = (System.nanoTime() - start) / 1e6 / build.length;
    double early = median(Arrays.copyOfRange(build, 0, 20));
    double late = median(Arrays.copyOfRange(build, 180, 200));
    double claim = claimMillis();
    System.out.printf(
        "slot build median %.2f ms; first twenty %.2f, last twenty of 200 %.2f; destroy %.2f ms; claim %.4f ms%n",
        median(build), early, late, destroy, claim);
    assertThat(median(build)).isLessThan(12);
    assertThat(late).isLessThan(early * 2 + 1);
    assertThat(claim).isLessThan(1);
  }

  private double claimMillis() throws IOException {
    open(8, 64);
    var claims = new double[60];
    for (int i = 0; i < claims.length; i++) {
      try (SlotLease ready = pool.claim(soon())) {
        assertThat(ready.slot()).isNotNull();
      }
      while (pool.ready() == 0) Thread.onSpinWait();
      long start = System.nanoTime();
      SlotLease lease = pool.claim(soon());
      claims[i] = (System.nanoTime() - start) / 1e6;
      lease.close();
    }
    return median(claims);
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private SlotPool open(int ready, int most) throws IOException {
    pool = SlotPool.open(directory, ready, most, ledger, dialer);
    return pool;
  }

  private static Socket connected(InetSocketAddress address) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(address, 1000);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Throwable connectFailure(Netns netns, String address) {
    try (Socket _ = netns.inside(() -> connected(new InetSocketAddress(address, 9)))) {
      throw new AssertionError("connected to " + address);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("packets to " + address + " went somewhere", e);
    } catch (IOException e) {
      return e;
    }
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  /// Which slots the journal says exist.
  private static final class Ledger implements SlotJournal {
    final Set<Integer> open = new ConcurrentSkipListSet<>();
    volatile IOException failure;

    @Override
    public void begun(int index, Path anchor) throws IOException {
      if (failure != null) throw failure;
      assertThat(open.add(index)).isTrue();
    }

    @Override
    public void ended(int index) {
      open.remove(index);
    }
  }
}
