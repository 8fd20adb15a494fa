package atoll.node.network;

import atoll.linux.kernel.Procfs;
import atoll.linux.net.Link;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netlink;
import atoll.linux.net.Netns;
import atoll.linux.net.Tap;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/// Slots in the running kernel, built by netlink; no programs are started.
final class KernelSlots implements SlotWorks {
  /// Leaves room for two addresses per slot in a /16 once slots have a way out.
  private static final int MOST_INDEXES = 32768;

  private static final List<Path> NO_IPV6 =
      List.of(
          Path.of("/proc/sys/net/ipv6/conf/all/disable_ipv6"),
          Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6"));

  private final Path directory;
  private final SlotJournal journal;
  private final SlotAudit audit;
  private final NamespaceDialer dialer;
  private int cursor;

  KernelSlots(Path directory, SlotJournal journal, NamespaceDialer dialer) throws IOException {
    this.directory = directory;
    this.journal = journal;
    this.audit = new SlotAudit(dialer);
    this.dialer = dialer;
    Netns.prepareDirectory(directory);
  }

  @Override
  public Slot make() throws IOException {
    int index = claimIndex();
    Path anchor = Slot.anchor(directory, index);
    try {
      journal.begun(index, anchor);
      Netns.Created<Netlink> made = Netns.create(anchor, KernelSlots::furnish);
      return new Slot(index, made.netns(), made.result());
    } catch (IOException | RuntimeException e) {
      remove(index, e);
      throw new IOException("cannot build slot " + anchor + ": " + e.getMessage(), e);
    }
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
    for (Path setting : NO_IPV6) {
      if (Files.exists(setting)) Files.writeString(setting, "1", StandardOpenOption.WRITE);
    }
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
    netlink.up(netlink.link("lo").orElseThrow().index());
    int tap = netlink.link(GuestNetwork.TAP).orElseThrow().index();
    netlink.up(tap, GuestNetwork.HOST_MAC);
    netlink.addAddress(tap, GuestNetwork.HOST);
    netlink.addNeighbour(tap, GuestNetwork.GUEST, GuestNetwork.GUEST_MAC);
  }

  private void remove(int index, Exception cause) {
    try {
      delete(Slot.anchor(directory, index), index, journal);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public Slot adopt(int index) throws IOException {
    Netns netns = Netns.open(Slot.anchor(directory, index));
    try {
      var slot = new Slot(index, netns, dialer.netlink(netns));
      slot.link();
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
    return audit.pass(slot);
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
