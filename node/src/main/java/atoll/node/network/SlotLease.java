package atoll.node.network;

import atoll.linux.kernel.Fd;
import atoll.linux.net.Link;
import atoll.linux.net.LinkWatch;
import atoll.linux.net.NamespaceDialer;
import atoll.node.egress.SlotEgress;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// One sandbox's right to one slot, from claim to release.
///
/// - **Owner** the sandbox. [#close()] gives the slot back and may be repeated; the VMM should be
///   dead by then, and the tap's descriptor closed.
/// - **Threads** safe anywhere, event loops included. Once closed, no call reaches the slot any
///   more: a socket that was being made at that moment is closed, not returned.
/// - **Fails** [IOException] once closed or when the slot was damaged.
public final class SlotLease implements AutoCloseable {
  private final Slot slot;
  private final NamespaceDialer dialer;
  private final Link.Counters before;
  private final SlotPool pool;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ReentrantLock changing = new ReentrantLock();

  SlotLease(Slot slot, Link.Counters before, NamespaceDialer dialer, SlotPool pool) {
    this.slot = slot;
    this.before = before;
    this.dialer = dialer;
    this.pool = pool;
  }

  public Slot slot() {
    return slot;
  }

  /// The tap, attached, for the VMM to inherit. Carrier is 1 as long as any copy of this descriptor
  /// is open.
  public Fd openTap() throws IOException {
    checkLive();
    Fd tap = dialer.tap(slot.netns(), slot.tap());
    if (!ended.get()) return tap;
    tap.close();
    throw endedFailure();
  }

  /// A TCP socket inside: unconnected, non-blocking, close-on-exec; the caller owns the number.
  public int socket() throws IOException {
    checkLive();
    int socket = dialer.socket(slot.netns());
    if (!ended.get()) return socket;
    new Fd(socket).close();
    throw endedFailure();
  }

  /// The tap as it is now.
  public Link tap() throws IOException {
    checkLive();
    return slot.link();
  }

  /// What went through the tap since the claim, from the host's side.
  public Link.Counters traffic() throws IOException {
    return tap().counters().since(before);
  }

  /// Waits for states of the tap by the kernel's events; the caller closes it.
  public LinkWatch watch() throws IOException {
    checkLive();
    return dialer.linkWatch(slot.netns());
  }

  /// Puts a policy in force, for established connections too; fails where the host offers no way
  /// out, unless the policy is closed.
  public void apply(EgressPolicy policy) throws IOException {
    changing.lock();
    try {
      checkLive();
      if (slot.egress().isPresent()) slot.egress().get().apply(policy);
      else if (!policy.isClosed()) throw new IOException(slot + " has no way out on this host");
    } finally {
      changing.unlock();
    }
  }

  /// What the sandbox may reach now.
  public EgressPolicy policy() {
    return slot.egress().map(SlotEgress::policy).orElse(EgressPolicy.CLOSED);
  }

  /// The host's end of the cable, if there is one.
  public Optional<String> link() {
    return slot.egress().flatMap(SlotEgress::link);
  }

  /// The events of the slot's links, which belong to the slot: for who waits for many slots at
  /// once.
  public LinkWatch events() throws IOException {
    checkLive();
    return slot.events(dialer);
  }

  /// Once this lease is over the slot is destroyed instead of being used again.
  public void wear() {
    slot.wear();
  }

  private void checkLive() throws IOException {
    if (ended.get()) throw endedFailure();
  }

  private IOException endedFailure() {
    return new IOException("the sandbox that had " + slot + " has ended");
  }

  /// Without giving the slot back. True the first time.
  boolean end() {
    return ended.compareAndSet(false, true);
  }

  /// Waits for a change of policy under way: none may reach the slot once it is another's.
  @Override
  public void close() {
    changing.lock();
    try {
      if (end()) pool.release(this);
    } finally {
      changing.unlock();
    }
  }

  @Override
  public String toString() {
    return "lease of " + slot;
  }
}
