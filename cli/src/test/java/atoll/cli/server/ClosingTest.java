package atoll.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private static final Duration SOON = Duration.ofMillis(100);

  @Test
  void closesNewestFirstAndOnlyOnce() {
    List<String> closed = Collections.synchronizedList(new ArrayList<>());
    var closing = new Closing();
    closing.add("a", () -> closed.add("a"), SOON);
    closing.add("b", () -> closed.add("b"), SOON);
    closing.close();
    closing.close();
    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void onePartThatHangsOrFailsDoesNotKeepTheNext() {
    List<String> closed = Collections.synchronizedList(new ArrayList<>());
    var never = new CountDownLatch(1);
    var closing = new Closing();
    closing.add("last", () -> closed.add("last"), SOON);
    closing.add(
        "fails",
        () -> {
          throw new IllegalStateException("on purpose");
        },
        SOON);
    closing.add("hangs", never::await, SOON);
    closing.close();
    assertThat(closed).containsExactly("last");
    never.countDown();
  }

  @Test
  void aPartThatComesTooLateIsClosedAtOnce() {
    List<String> closed = Collections.synchronizedList(new ArrayList<>());
    var closing = new Closing();
    closing.close();
    closing.add("late", () -> closed.add("late"), SOON);
    assertThat(closed).containsExactly("late");
  }
}
