package atoll.node.host;

import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.node.network.GuestNetwork;
import atoll.node.network.SlotLease;
import atoll.node.network.SlotPool;
import atoll.node.sandbox.NetworkSlot;
import atoll.node.sandbox.Slots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Slots of the pool, as sandboxes want them.
public final class PooledSlots implements Slots {
  private static final Duration LONGEST_WAIT =
      Duration.ofSeconds(10); // many claims at once outrun the builder

  private final SlotPool pool;

  public PooledSlots(SlotPool pool) {
    this.pool = pool;
  }

  @Override
  public NetworkSlot claim() {
    return new Leased(pool.claim(Deadline.after(LONGEST_WAIT)));
  }

  @Override
  public NetworkSlot adopt(Path anchor) throws IOException {
    return new Leased(pool.adopt(index(anchor)));
  }

  @Override
  public void sweep(Path anchor) throws IOException {
    pool.discard(index(anchor));
  }

  private static int index(Path anchor) throws IOException {
    return SlotPool.index(anchor)
        .orElseThrow(() -> new IOException(anchor + " is no slot of ours"));
  }

  @Override
  public int ready() {
    return pool.ready();
  }

  private record Leased(SlotLease lease) implements NetworkSlot {
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
    public void release() {
      lease.close();
    }
  }
}
