package atoll.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.net.Link;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The pool's own rules, over slots that exist in memory alone.
class SlotPoolTest {
  private final FakeSlots kernel = new FakeSlots();
  private SlotPool pool;

  @AfterEach
  void nothingIsLeft() {
    if (pool != null) pool.close();
    assertThat(kernel.alive).isEmpty();
  }

  @Test
  void aClaimTakesAStockedSlotAndTheBuilderMakesAnother() {
    pool = pool(2, 10);
    SlotLease lease = pool.claim(soon());
    assertThat(lease.slot().index()).isZero();
    kernel.awaitMade(3);
    assertThat(pool.leased()).isEqualTo(1);
  }

  @Test
  void aCleanSlotIsUsedAgainAndADirtyOneIsNot() {
    pool = pool(1, 1);
    SlotLease first = pool.claim(soon());
    first.close();
    first.close();
    SlotLease second = pool.claim(soon());
    assertThat(second.slot().index()).isEqualTo(first.slot().index());
    kernel.clean = false;
    second.close();
    assertThat(pool.claim(soon()).slot().index()).isEqualTo(1);
    assertThat(kernel.alive).containsExactly(1);
  }

  @Test
  void exhaustionIsRefusedAtOnce() {
    pool = pool(1, 2);
    pool.claim(soon());
    pool.claim(soon());
    assertThatThrownBy(() -> pool.claim(soon()))
        .isInstanceOfSatisfying(
            Refusal.Unavailable.class, r -> assertThat(r.reason()).isEqualTo("no_slot"))
        .hasMessageContaining("all 2 are in use");
  }

  @Test
  void aFailedBuildRefusesTheWaitingClaimWithItsCause() throws Exception {
    kernel.failure = new IOException("operation not permitted");
    kernel.gate = new Semaphore(0);
    pool = pool(1, 2);
    var claim = new FutureTask<>(() -> pool.claim(soon()));
    Thread.ofVirtual().start(claim);
    kernel.gate.release(100);
    assertThatThrownBy(claim::get)
        .hasCauseInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("operation not permitted");
    assertThat(pool.existing()).isLessThanOrEqualTo(1);
  }

  @Test
  void aClaimGivesUpAtItsDeadline() {
    kernel.gate = new Semaphore(0);
    pool = pool(1, 2);
    assertThatThrownBy(() -> pool.claim(Deadline.after(Duration.ofMillis(10))))
        .isInstanceOf(Refusal.Unavailable.class)
        .hasMessageContaining("none became free in time");
    kernel.gate.release(100);
  }

  @Test
  void closingEndsLeasesAndRefusesClaims() {
    pool = pool(1, 2);
    SlotLease lease = pool.claim(soon());
    pool.close();
    assertThatThrownBy(lease::socket).hasMessageContaining("has ended");
    assertThatThrownBy(() -> pool.claim(soon())).hasMessageContaining("the pool is closed");
    lease.close();
  }

  @Test
  void anEndedLeaseReachesItsSlotNoMore() {
    pool = pool(1, 2);
    SlotLease lease = pool.claim(soon());
    lease.close();
    assertThatThrownBy(lease::socket).hasMessageContaining("has ended");
    assertThatThrownBy(lease::openTap).hasMessageContaining("has ended");
    assertThatThrownBy(lease::tap).hasMessageContaining("has ended");
    assertThatThrownBy(lease::watch).hasMessageContaining("has ended");
  }

  private SlotPool pool(int ready, int most) {
    return new SlotPool(kernel, null, ready, most);
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  /// Remembers which slots exist. Each build takes a permit from the gate, if there is one.
  private static final class FakeSlots implements SlotWorks {
    final Set<Integer> alive = ConcurrentHashMap.newKeySet();
    final Semaphore made = new Semaphore(0);
    private final AtomicInteger next = new AtomicInteger();
    volatile boolean clean = true;
    volatile IOException failure;
    volatile Semaphore gate;

    @Override
    public Slot make() throws IOException {
      if (gate != null) gate.acquireUninterruptibly();
      if (failure != null) throw failure;
      int index = next.getAndIncrement();
      alive.add(index);
      made.release();
      return new Slot(index, null, null);
    }

    void awaitMade(int count) {
      try {
        assertThat(made.tryAcquire(count, 10, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public Slot adopt(int index, atoll.protocol.network.EgressPolicy policy) throws IOException {
      throw new IOException("nothing was left");
    }

    @Override
    public void discard(int index) {}

    @Override
    public Optional<Link.Counters> audit(Slot slot) {
      return clean ? Optional.of(Link.Counters.NONE) : Optional.empty();
    }

    @Override
    public void destroy(Slot slot) {
      assertThat(alive.remove(slot.index())).isTrue();
    }
  }
}
