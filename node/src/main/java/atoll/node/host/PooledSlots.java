package atoll.node.host;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.linux.kernel.Fd;
import atoll.linux.net.Link;
import atoll.linux.net.LinkWatch;
import atoll.node.network.GuestNetwork;
import atoll.node.network.SlotLease;
import atoll.node.network.SlotPool;
import atoll.node.sandbox.NetworkSlot;
import atoll.node.sandbox.Slots;
import atoll.protocol.network.EgressPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Slots of the pool, as sandboxes want them.
public final class PooledSlots implements Slots {
  private static final Duration LONGEST_WAIT =
      Duration.ofSeconds(10); // many claims at once outrun the builder

  private final SlotPool closed;
  private final SlotPool open; // null where the host offers no way out

  /// Slots of a host that offers no way out.
  public PooledSlots(SlotPool closed) {
    this(closed, null);
  }

  /// @param closed slots without a cable
  /// @param open slots whose policy is [EgressPolicy#OPEN]
  public PooledSlots(SlotPool closed, SlotPool open) {
    this.closed = closed;
    this.open = open;
  }

  @Override
  public NetworkSlot claim(EgressPolicy wanted) throws IOException {
    EgressPolicy policy = possible(wanted);
    if (policy.isClosed()) return new Leased(closed.claim(Deadline.after(LONGEST_WAIT)), this);
    SlotLease lease = open.claim(Deadline.after(LONGEST_WAIT));
    try {
      if (!policy.equals(lease.policy())) lease.apply(policy);
      return new Leased(lease, this);
    } catch (IOException | RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  /// Who names nothing in particular takes what the host offers, if that is nothing.
  private EgressPolicy possible(EgressPolicy wanted) {
    if (open != null) return wanted;
    if (wanted.allow().isEmpty() && wanted.domains().isEmpty()) return EgressPolicy.CLOSED;
    throw new Refusal.Unavailable(
        "no_way_out",
        "the host offers sandboxes no way out, so nothing can be allowed",
        "sysctl -w net.ipv4.ip_forward=1, then restart; the node's log says what is missing");
  }

  @Override
  public NetworkSlot adopt(Path anchor, EgressPolicy before) throws IOException {
    EgressPolicy policy = open == null ? EgressPolicy.CLOSED : before;
    SlotPool pool = policy.isClosed() ? closed : open;
    return new Leased(pool.adopt(index(anchor), policy), this);
  }

  @Override
  public void sweep(Path anchor) throws IOException {
    closed.discard(index(anchor));
  }

  private static int index(Path anchor) throws IOException {
    return SlotPool.index(anchor)
        .orElseThrow(() -> new IOException(anchor + " is no slot of ours"));
  }

  @Override
  public int ready() {
    return closed.ready() + (open == null ? 0 : open.ready());
  }

  /// Leased slots stay on the host for whoever adopts them.
  public void leave() {
    closed.leave();
    if (open != null) open.leave();
  }

  private record Leased(SlotLease lease, PooledSlots owner) implements NetworkSlot {
    @Override
    public int index() {
      return lease.slot().index();
    }

    @Override
    public Path anchor() {
      return lease.slot().netns().anchor();
    }

    @Override
    public Fd namespace() {
      return lease.slot().netns().descriptor();
    }

    @Override
    public long inode() {
      return lease.slot().netns().inode();
    }

    @Override
    public int socket() throws IOException {
      return lease.socket();
    }

    @Override
    public Fd openTap() throws IOException {
      return lease.openTap();
    }

    @Override
    public String tapName() {
      return lease.slot().tap();
    }

    @Override
    public boolean carrier() throws IOException {
      return lease.tap().carrier();
    }

    @Override
    public boolean awaitCarrier(Deadline deadline) throws IOException {
      try (LinkWatch watch = lease.watch()) {
        return watch.await(tapName(), Link::carrier, deadline).isPresent();
      }
    }

    @Override
    public LinkWatch events() throws IOException {
      return lease.events();
    }

    @Override
    public Optional<String> linkFault() {
      try {
        Link tap = lease.tap();
        if (!tap.up()) return Optional.of("link_down");
        return tap.carrier() ? Optional.empty() : Optional.of(Rung.CARRIER.code());
      } catch (IOException gone) {
        return Optional.of("tap_gone");
      }
    }

    @Override
    public String hostAddress() {
      return lease.slot().host().address().getHostAddress();
    }

    @Override
    public String guestAddress() {
      return lease.slot().guest().getHostAddress();
    }

    @Override
    public String guestMac() {
      return GuestNetwork.GUEST_MAC.toString();
    }

    @Override
    public void egress(EgressPolicy policy) throws IOException {
      lease.apply(owner.possible(policy));
    }

    @Override
    public EgressPolicy egress() {
      return lease.policy();
    }

    @Override
    public String veth() {
      return lease.link().orElse(null);
    }

    @Override
    public void wear() {
      lease.wear();
    }

    @Override
    public void release() {
      lease.close();
    }
  }
}
