package atoll.control.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Refusal;
import atoll.core.SandboxId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimersTest {
  private final Timers timers = new Timers();

  @AfterEach
  void close() {
    timers.close();
  }

  @Test
  void actionsRunInTheOrderOfTheirTimes() throws Exception {
    var seen = new ArrayBlockingQueue<String>(3);
    timers.after(Duration.ofMillis(60), () -> seen.add("later"));
    timers.after(Duration.ofMillis(1), () -> seen.add("soon"));
    timers.cancel(timers.after(Duration.ofMillis(2), () -> seen.add("never")));
    assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("soon");
    assertThat(seen.poll(5, TimeUnit.SECONDS)).isEqualTo("later");
  }

  @Test
  void anActionThatThrowsStopsNoOther() throws Exception {
    var ran = new CountDownLatch(1);
    timers.after(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("thrown on purpose by a test");
        });
    timers.after(Duration.ofMillis(5), ran::countDown);
    assertThat(ran.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void theEarlierReminderStays() throws Exception {
    var reminded = new ArrayBlockingQueue<SandboxId>(3);
    var expiry = new Expiry(timers, InstantSource.system(), reminded::add);
    var id = new SandboxId("a");
    var now = InstantSource.system().instant();
    expiry.schedule(id, now.plusMillis(30));
    expiry.schedule(id, now.plusSeconds(60));
    assertThat(expiry.size()).isEqualTo(1);
    assertThat(reminded.poll(5, TimeUnit.SECONDS)).isEqualTo(id);
    expiry.schedule(id, now.plusSeconds(60));
    expiry.schedule(id, now);
    assertThat(reminded.poll(5, TimeUnit.SECONDS)).isEqualTo(id);
    expiry.schedule(id, now.plusSeconds(60));
    expiry.forget(id);
    assertThat(expiry.size()).isZero();
  }

  @Test
  void whatMustHappenIsTriedAgain() throws Exception {
    var left = new AtomicInteger(3);
    var done = new CountDownLatch(1);
    new Persist(timers)
        .until(
            "a test's work",
            () -> {
              if (left.decrementAndGet() > 0) throw new Refusal.Unavailable("away", "away", null);
              done.countDown();
            });
    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
