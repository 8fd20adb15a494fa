package atoll.node.host;

import atoll.core.Refusal;
import atoll.linux.net.Cidr;
import atoll.linux.net.NamespaceDialer;
import atoll.node.egress.HostNetwork;
import atoll.node.egress.SlotRange;
import atoll.node.egress.WayOut;
import atoll.node.egress.proxy.HostNames;
import atoll.node.egress.proxy.ProxyLoop;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.network.Egress;
import atoll.node.network.SlotPool;
import atoll.node.sandbox.Slots;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// A node's slots of both kinds, with a way out and without, and what the way out needs.
///
/// - **Owner** the node. [#close()] destroys every slot, then the host's rules.
/// - **Fails** never for want of a way out: then there are slots without one alone, and [#lack()]
///   says why.
public final class HostSlots implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(HostSlots.class.getName());

  /// Sandboxes without internet, and template builds.
  private static final int CLOSED_READY = 2;

  /// Where and how many.
  ///
  /// @param anchors folder of the namespaces' anchors
  /// @param ready slots kept in stock
  /// @param most slots of each kind at most
  public record Shape(Path home, Path anchors, int ready, int most, SlotRange range) {}

  private final Deque<AutoCloseable> owned = new ArrayDeque<>();
  private final HostNetwork host;
  private final ProxyLoop proxies; // null without a way out
  private final PooledSlots slots;
  private String lack = "";

  private HostSlots(
      Shape shape, Ledger ledger, NamespaceDialer dialer, HostNetwork host, HostNames names)
      throws IOException {
    var journal = new LedgerSlotJournal(ledger);
    this.host = own(host);
    WayOut wayOut = wayOut(shape, ledger, host);
    if (wayOut == null) {
      this.proxies = null;
      this.slots =
          new PooledSlots(
              own(SlotPool.open(shape.anchors(), shape.ready(), shape.most(), journal, dialer)));
      return;
    }
    this.proxies = own(new ProxyLoop(dialer, names));
    var egress = new Egress(wayOut, proxies);
    int few = Math.min(CLOSED_READY, shape.ready());
    SlotPool closed =
        own(
            SlotPool.open(
                shape.anchors(), few, shape.most(), journal, dialer, egress, EgressPolicy.CLOSED));
    SlotPool open =
        own(
            SlotPool.open(
                shape.anchors(),
                shape.ready(),
                shape.most(),
                journal,
                dialer,
                egress,
                EgressPolicy.OPEN));
    this.slots = new PooledSlots(closed, open);
  }

  public static HostSlots open(
      Shape shape, Ledger ledger, NamespaceDialer dialer, HostNetwork host, HostNames names)
      throws IOException {
    return new HostSlots(shape, ledger, dialer, host, names);
  }

  private <T extends AutoCloseable> T own(T thing) {
    owned.push(thing);
    return thing;
  }

  /// Null where there is none. What an earlier process left under the same names is replaced at one
  /// moment, so that sandboxes which outlived it notice nothing.
  private WayOut wayOut(Shape shape, Ledger ledger, HostNetwork host) throws IOException {
    WayOut.Names names = WayOut.Names.of(shape.home(), shape.range());
    var object =
        new HostObject.WayOut(names.table(), shape.range().network().toString(), names.metric());
    List<Ledger.Entry> earlier =
        ledger.left().stream().filter(e -> e.object() instanceof HostObject.WayOut).toList();
    Ledger.Entry entry = ledger.open(object);
    try {
      WayOut opened = WayOut.open(host, names);
      for (Ledger.Entry old : earlier) forget(old, object, ledger, host);
      own(() -> {
        opened.close();
        ledger.close(entry);
      });
      return opened;
    } catch (Refusal.Unavailable e) {
      for (Ledger.Entry old : earlier) forget(old, null, ledger, host);
      ledger.close(entry);
      lack = e.getMessage() + (e.hint() == null ? "" : "; remedy: " + e.hint());
      LOG.log(System.Logger.Level.WARNING, lack);
      return null;
    }
  }

  /// Sweeps what is not the same as the `kept` one.
  private static void forget(
      Ledger.Entry old, HostObject.WayOut kept, Ledger ledger, HostNetwork host) {
    try {
      var left = (HostObject.WayOut) old.object();
      if (!left.equals(kept)) {
        var range = new SlotRange(Cidr.parse(left.range()));
        WayOut.sweep(host, new WayOut.Names(left.table(), range, left.metric()));
      }
      ledger.close(old);
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "an earlier way out is left: " + old.object(), e);
    }
  }

  public Slots slots() {
    return slots;
  }

  /// Why sandboxes have no way out, with the remedy; empty if they have one.
  public String lack() {
    return lack;
  }

  /// Ends what this process has, and leaves leased slots and the host's rules to the next one.
  public void leave() {
    slots.leave();
    if (proxies != null) proxies.close();
    owned.clear();
    host.close();
  }

  @Override
  public void close() {
    while (!owned.isEmpty()) {
      try {
        owned.pop().close();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.WARNING, "taking the slots down", e);
      }
    }
  }
}
