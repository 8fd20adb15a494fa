package atoll.vmm.firecracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import atoll.vmm.RawDisks.RawDisk;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class PendingDiskTest {
  private final CompletableFuture<String> lost = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private final RawDisk disk =
      new RawDisk() {
        @Override
        public CompletableFuture<String> lost() {
          return lost.copy();
        }

        @Override
        public void close() {
          closed.countDown();
        }
      };

  @Test
  void whatCannotBeShownIsToldAsItWas() throws IOException {
    var refusal = VmmException.refused("disk_size", "too small");
    try (var pending =
        PendingDisk.begin(() -> {
          throw refusal;
        })) {
      assertThatThrownBy(pending::await).isSameAs(refusal);
      assertThat(pending.lost()).isCompletedExceptionally();
    }
  }

  @Test
  void aStartThatIsGivenUpTakesBackWhatWasBegun() throws IOException {
    var asked = new CountDownLatch(1);
    var pending =
        PendingDisk.begin(() -> {
          asked.await();
          return disk;
        });
    Thread.ofVirtual().start(asked::countDown);
    pending.close();
    assertThat(closed.getCount()).isZero();
  }

  @Test
  void theLossOfAShownDiskIsPassedOn() throws IOException {
    try (var pending = PendingDisk.begin(() -> disk)) {
      pending.await();
      var heard = pending.lost();
      assertThat(heard).isNotDone();
      lost.complete("the daemon ended");
      assertThat(heard).isCompletedWithValue("the daemon ended");
    }
  }

  @Test
  void noDiskIsNeverLost() throws IOException {
    try (var pending = PendingDisk.none()) {
      pending.await();
      assertThat(pending.lost()).isNotDone();
    }
  }
}
