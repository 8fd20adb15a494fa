package atoll.node.network;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.net.Link;
import atoll.linux.net.NamespaceDialer;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/// Slots built ahead, so that a claim costs microseconds.
///
/// Two platform threads of its own work in the background: the builder keeps `ready` slots in
/// stock, the janitor audits what comes back and reuses or destroys it. `most` bounds all slots
/// together.
///
/// - **Threads** [#claim] and the leases are safe anywhere.
/// - **Fails** a claim is refused with `no_slot`: at once when every slot is leased or building
///   fails, else at the deadline.
/// - **Owner** [#close()] ends all leases and destroys every slot; the VMMs should be dead by then.
public final class SlotPool implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(SlotPool.class.getName());

  private static final Pattern ANCHOR = Pattern.compile(Slot.PREFIX + "[0-9]{1,9}");

  /// A host that cannot build now may be able to in a second; asking it more often only fills the
  /// log.
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  /// Destroying one slot takes about 20 ms; this is for hundreds.
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(30);

  /// A slot in stock, with the tap's counters when it came.
  private record Stock(Slot slot, Link.Counters counters) {}

  private final SlotWorks works;
  private final NamespaceDialer dialer;
  private final int target;
  private final int most;

  private final ReentrantLock lock = new ReentrantLock();

  /// Something for the builder or the janitor to do.
  private final Condition work = lock.newCondition();

  /// Something for claimers to look at.
  private final Condition stocked = lock.newCondition();

  // LOCK: lock guards all below.
  private final Deque<Stock> stock = new ArrayDeque<>();
  private final Deque<SlotLease> returned = new ArrayDeque<>();
  private final Set<SlotLease> leased = new HashSet<>();
  private int existing;
  private int failures;
  private IOException lastFailure;
  private boolean closed;

  private final Thread builder;
  private final Thread janitor;

  SlotPool(SlotWorks works, NamespaceDialer dialer, int target, int most) {
    if (target < 1 || most < target) {
      throw new IllegalArgumentException("1 <= ready <= most: " + target + ", " + most);
    }
    this.works = works;
    this.dialer = dialer;
    this.target = target;
    this.most = most;
    this.builder = Thread.ofPlatform().daemon().name("slot-builder").start(this::build);
    this.janitor = Thread.ofPlatform().daemon().name("slot-janitor").start(this::tidy);
  }

  /// Opens a pool whose namespaces are bound in `directory`, usually `/run/netns`.
  ///
  /// @param ready how many slots are kept in stock
  /// @param most how many slots exist at most, leased ones included
  public static SlotPool open(
      Path directory, int ready, int most, SlotJournal journal, NamespaceDialer dialer)
      throws IOException {
    return new SlotPool(new KernelSlots(directory, journal, dialer), dialer, ready, most);
  }

  /// As above, with slots that have a way out and the policy `usual` while in stock.
  public static SlotPool open(
      Path directory,
      int ready,
      int most,
      SlotJournal journal,
      NamespaceDialer dialer,
      Egress egress,
      EgressPolicy usual)
      throws IOException {
    return new SlotPool(
        new KernelSlots(directory, journal, dialer, egress, usual), dialer, ready, most);
  }

  /// The index of the slot with this anchor; empty for a file of somebody else's.
  public static OptionalInt index(Path anchor) {
    String name = anchor.getFileName().toString();
    if (!ANCHOR.matcher(name).matches()) return OptionalInt.empty();
    return OptionalInt.of(Integer.parseInt(name.substring(Slot.PREFIX.length())));
  }

  /// Removes what a crashed predecessor left under this number; false if there was nothing.
  ///
  /// Only for numbers that the node's own journal names, from the same boot. Fails while a process
  /// lives in it.
  public static boolean sweep(Path directory, int index, SlotJournal journal) throws IOException {
    return KernelSlots.sweep(directory, index, journal);
  }

  /// Takes a slot out of stock, or waits for one being built.
  public SlotLease claim(Deadline deadline) {
    lock.lock();
    try {
      int failuresBefore = failures;
      while (stock.isEmpty()) {
        refuseIfHopeless(failuresBefore);
        work.signalAll();
        if (!awaitStock(deadline)) throw noSlot("none became free in time", null);
      }
      if (closed) throw noSlot("the pool is closed", null);
      Stock taken = stock.poll();
      var lease = new SlotLease(taken.slot(), taken.counters(), dialer, this);
      leased.add(lease);
      work.signalAll();
      return lease;
    } finally {
      lock.unlock();
    }
  }

  /// The lease of a sandbox that outlived the process which claimed it, in the same boot of the
  /// host. Its counters begin anew.
  public SlotLease adopt(int index, EgressPolicy policy) throws IOException {
    Slot slot = works.adopt(index, policy);
    lock.lock();
    try {
      if (closed) throw noSlot("the pool is closed", null);
      var lease = new SlotLease(slot, slot.link().counters(), dialer, this);
      existing++;
      leased.add(lease);
      return lease;
    } catch (IOException | RuntimeException e) {
      slot.letGo();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /// Removes what is left of a slot that could not be adopted; fails while a process lives in it.
  public void discard(int index) throws IOException {
    works.discard(index);
  }

  private void refuseIfHopeless(int failuresBefore) {
    if (closed) throw noSlot("the pool is closed", null);
    if (leased.size() >= most) throw noSlot("all " + most + " are in use", null);
    if (failures > failuresBefore) throw noSlot(lastFailure.getMessage(), lastFailure);
  }

  private boolean awaitStock(Deadline deadline) {
    try {
      return stocked.awaitNanos(deadline.left().toNanos()) > 0 || !stock.isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw noSlot("the wait was interrupted", e);
    }
  }

  private static Refusal noSlot(String why, Throwable cause) {
    return new Refusal.Unavailable(
        "no_slot", "no network slot: " + why, "end a sandbox or try again later", cause);
  }

  /// Called by the lease, once.
  void release(SlotLease lease) {
    lock.lock();
    try {
      if (!leased.remove(lease)) return;
      returned.add(lease);
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Slots in stock.
  public int ready() {
    return counted(stock::size);
  }

  /// Slots that sandboxes have.
  public int leased() {
    return counted(leased::size);
  }

  /// All slots, those under construction and those being taken down included.
  public int existing() {
    return counted(() -> existing);
  }

  private int counted(java.util.function.IntSupplier count) {
    lock.lock();
    try {
      return count.getAsInt();
    } finally {
      lock.unlock();
    }
  }

  /// The builder's life.
  private void build() {
    while (awaitNeed()) {
      try {
        Slot slot = works.make();
        shelve(new Stock(slot, Link.Counters.NONE));
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "a slot could not be built", e);
        buildFailed(e instanceof IOException io ? io : new IOException(e));
      }
    }
  }

  /// Counts the slot in before it exists. False once closed.
  private boolean awaitNeed() {
    lock.lock();
    try {
      while (!closed && (stock.size() >= target || existing >= most)) work.awaitUninterruptibly();
      if (!closed) existing++;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void shelve(Stock fresh) {
    lock.lock();
    try {
      stock.add(fresh);
      stocked.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Tells those who wait, then pauses so that a broken host is not hammered.
  private void buildFailed(IOException cause) {
    lock.lock();
    try {
      existing--;
      failures++;
      lastFailure = cause;
      stocked.signalAll();
      long nanos = PAUSE_AFTER_FAILURE.toNanos();
      while (!closed && nanos > 0) nanos = work.awaitNanos(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// The janitor's life.
  private void tidy() {
    for (Slot slot = nextReturned(); slot != null; slot = nextReturned()) {
      Optional<Link.Counters> counters = works.audit(slot);
      if (counters.isEmpty() || !reuse(new Stock(slot, counters.get()))) destroy(slot);
    }
  }

  /// Null once closed.
  private Slot nextReturned() {
    lock.lock();
    try {
      while (!closed && returned.isEmpty()) work.awaitUninterruptibly();
      return closed ? null : returned.poll().slot();
    } finally {
      lock.unlock();
    }
  }

  /// Twice the target is kept, so that a busy node neither builds nor destroys.
  private boolean reuse(Stock used) {
    lock.lock();
    try {
      if (closed || stock.size() >= 2 * target) return false;
      stock.add(used);
      stocked.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void destroy(Slot slot) {
    try {
      works.destroy(slot);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, slot + " could not be destroyed; the next start sweeps it", e);
    }
    lock.lock();
    try {
      existing--;
      work.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    if (!stop()) return;
    for (Slot slot : unleased()) destroy(slot);
    for (Slot slot : endLeases()) destroy(slot);
  }

  /// As [#close()], but leased slots stay on the host for whoever [adopts][#adopt] them.
  public void leave() {
    if (!stop()) return;
    for (Slot slot : unleased()) destroy(slot);
    for (Slot slot : endLeases()) slot.letGo();
  }

  /// False if that was done before.
  private boolean stop() {
    lock.lock();
    try {
      if (closed) return false;
      closed = true;
      work.signalAll();
      stocked.signalAll();
    } finally {
      lock.unlock();
    }
    Deadline deadline = Deadline.after(LONGEST_CLOSE);
    join(builder, deadline);
    join(janitor, deadline);
    return true;
  }

  private List<Slot> unleased() {
    lock.lock();
    try {
      var all = new ArrayList<Slot>();
      stock.forEach(s -> all.add(s.slot()));
      returned.forEach(l -> all.add(l.slot()));
      stock.clear();
      returned.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /// Ends all leases.
  private List<Slot> endLeases() {
    lock.lock();
    try {
      var all = new ArrayList<Slot>();
      for (SlotLease lease : leased) {
        var _ = lease.end();
        all.add(lease.slot());
      }
      leased.clear();
      return all;
    } finally {
      lock.unlock();
    }
  }

  private static void join(Thread thread, Deadline deadline) {
    try {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline.left().toNanos()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
