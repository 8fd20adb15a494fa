package atoll.node.network;

import atoll.linux.kernel.Fd;
import atoll.linux.net.Link;
import atoll.linux.net.LinkWatch;
import atoll.linux.net.NamespaceDialer;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

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

  @Override
  public void close() {
    if (end()) pool.release(this);
  }

  @Override
  public String toString() {
    return "lease of " + slot;
  }
}
