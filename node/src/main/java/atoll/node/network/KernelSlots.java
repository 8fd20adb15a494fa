package atoll.node.network;

import atoll.linux.kernel.Procfs;
import atoll.linux.net.Link;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.Tap;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// Slots in the running kernel, built by netlink; no programs are started.
final class KernelSlots implements SlotWorks {
  /// A cable takes two addresses of a /16.
  private static final int MOST_INDEXES = 32768;

  /// Covers the links there are and, since the kernel then sets `default` too, those to come.
  private static final Path NO_IPV6 = Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6");

  private final Path directory;
  private final SlotJournal journal;
  private final SlotAudit audit;
  private final NamespaceDialer dialer;
  private final Egress egress;
  private final EgressPolicy usual;
  private int cursor;

  /// How a slot without a way out looks: all are built alike, and looking at one takes as long as
  /// half of building it. Null before the first, and after one that is not used again: it may be
  /// the host that changed, a module loaded since then adds links of its own to every namespace.
  private volatile SlotShape bare;

  /// Slots without a way out.
  KernelSlots(Path directory, SlotJournal journal, NamespaceDialer dialer) throws IOException {
    this(directory, journal, dialer, null, EgressPolicy.CLOSED);
  }

  /// @param egress null where the host offers no way out
  /// @param usual the policy of slots in stock
  KernelSlots(
      Path directory,
      SlotJournal journal,
      NamespaceDialer dialer,
      Egress egress,
      EgressPolicy usual)
      throws IOException {
    this.directory = directory;
    this.journal = journal;
    this.dialer = dialer;
    this.egress = egress;
    this.usual = usual;
    this.audit = new SlotAudit(dialer, usual, egress == null ? null : egress.proof());
    Netns.prepareDirectory(directory);
  }

  @Override
  public Slot make() throws IOException {
    int index = claimIndex();
    Path anchor = Slot.anchor(directory, index);
    try {
      journal.begun(index, anchor);
      Netns.Created<Netlink> made = Netns.create(anchor, KernelSlots::furnish);
      return opened(slot(index, made.netns(), made.result()));
    } catch (IOException | RuntimeException e) {
      remove(index, e);
      throw new IOException("cannot build slot " + anchor + ": " + e.getMessage(), e);
    }
  }

  private Slot slot(int index, Netns netns, Netlink netlink) {
    return egress == null
        ? new Slot(index, netns, netlink)
        : new Slot(index, netns, netlink, egress.wayOut(), egress.proxies());
  }

  private Slot opened(Slot slot) throws IOException {
    try {
      if (egress != null) slot.egress().orElseThrow().begin(usual, egress.proof());
      return slot.born(shape(slot));
    } catch (IOException | RuntimeException e) {
      slot.close();
      throw e;
    }
  }

  private SlotShape shape(Slot slot) throws IOException {
    if (egress != null) return slot.shape();
    SlotShape known = bare;
    if (known == null) bare = known = slot.shape();
    return known;
  }

  /// Creating the anchor exclusively claims its number against every other home on this host.
  private int claimIndex() throws IOException {
    for (int tried = 0; tried < MOST_INDEXES; tried++) {
      int index = cursor;
      cursor = (cursor + 1) % MOST_INDEXES;
      try {
        Files.createFile(Slot.anchor(directory, index));
        return index;
      } catch (FileAlreadyExistsException taken) {
        continue;
      }
    }
    throw new IOException("all " + MOST_INDEXES + " slot numbers in " + directory + " are taken");
  }

  /// Runs inside the fresh namespace. IPv6 goes off before the tap exists, so that the tap never
  /// sends a frame by itself.
  private static Netlink furnish() throws IOException {
    if (Files.exists(NO_IPV6)) Files.writeString(NO_IPV6, "1", StandardOpenOption.WRITE);
    Tap.create(GuestNetwork.TAP);
    Netlink netlink = Netlink.open();
    try {
      connect(netlink);
      return netlink;
    } catch (IOException | RuntimeException e) {
      netlink.close();
      throw e;
    }
  }

  private static void connect(Netlink netlink) throws IOException {
    int tap = netlink.link(GuestNetwork.TAP).orElseThrow().index();
    netlink
        .together()
        .up(Netlink.LOOPBACK)
        .up(tap, GuestNetwork.HOST_MAC)
        .addAddress(tap, GuestNetwork.HOST)
        .addNeighbour(tap, GuestNetwork.GUEST, GuestNetwork.GUEST_MAC)
        .carryOut();
  }

  private void remove(int index, Exception cause) {
    try {
      delete(Slot.anchor(directory, index), index, journal);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public Slot adopt(int index, EgressPolicy policy) throws IOException {
    Netns netns = Netns.open(Slot.anchor(directory, index));
    try {
      Slot slot = slot(index, netns, dialer.netlink(netns));
      slot.link();
      if (egress != null) slot.egress().orElseThrow().takeOver(policy);
      return slot;
    } catch (IOException | RuntimeException e) {
      netns.close();
      throw e;
    }
  }

  @Override
  public void discard(int index) throws IOException {
    var _ = sweep(directory, index, journal);
  }

  @Override
  public Optional<Link.Counters> audit(Slot slot) {
    Optional<Link.Counters> unused = audit.pass(slot);
    if (unused.isEmpty()) bare = null;
    return unused;
  }

  @Override
  public void destroy(Slot slot) throws IOException {
    slot.close();
    delete(Slot.anchor(directory, slot.index()), slot.index(), journal);
  }

  /// Removes what a crashed predecessor left under this number. Refuses while a process lives in
  /// it.
  static boolean sweep(Path directory, int index, SlotJournal journal) throws IOException {
    Path anchor = Slot.anchor(directory, index);
    boolean existed = Files.exists(anchor);
    if (Netns.isBound(anchor)) refuseIfInhabited(anchor);
    delete(anchor, index, journal);
    return existed;
  }

  private static void refuseIfInhabited(Path anchor) throws IOException {
    long inode = ((Number) Files.getAttribute(anchor, "unix:ino")).longValue();
    List<Long> inside = Procfs.processesIn(inode);
    if (inside.isEmpty()) return;
    throw new IOException(anchor + " still holds processes " + inside + "; end them first");
  }

  private static void delete(Path anchor, int index, SlotJournal journal) throws IOException {
    Netns.delete(anchor);
    journal.ended(index);
  }
}
