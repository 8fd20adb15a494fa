package atoll.linux.net;

import static org.assertj.core.api.Assertions.assertThatCode;

import atoll.linux.kernel.KernelException;
import atoll.linux.process.Spawn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Taps and children made at the same time.
@Tag("real")
class TapForkTest {
  private static final int TAPS = 150;

  @TempDir Path directory;

  /// A child between vfork and exec has a copy of every descriptor, that of a tap just made as
  /// well.
  @Test
  @Timeout(60)
  void aTapJustMadeIsFreeAlthoughChildrenStart() throws Exception {
    whileChildrenStart(() -> {
      for (int i = 0; i < TAPS; i++) {
        String name = "tap" + i;
        Tap.create(name);
        assertThatCode(() -> Tap.open(name).close()).doesNotThrowAnyException();
      }
    });
  }

  @Test
  @Timeout(60)
  void aTapHandedOverIsFreeAlthoughChildrenStart() throws Exception {
    whileChildrenStart(() -> {
      Tap.create("tap0");
      for (int i = 0; i < TAPS; i++)
        assertThatCode(() -> Tap.handOver(Tap.open("tap0"), 0)).doesNotThrowAnyException();
    });
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void whileChildrenStart(Work work) throws Exception {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun")) && "root".equals(System.getProperty("user.name")),
        "SKIPPED: needs root and /dev/net/tun");
    Path anchor = Files.createFile(directory.resolve("ns"));
    var done = new AtomicBoolean();
    var starter = Thread.ofPlatform().start(() -> startChildren(done));
    try (var netns = Netns.create(anchor)) {
      netns.inside(() -> {
        work.run();
        return null;
      });
    } finally {
      done.set(true);
      starter.join();
      Netns.delete(anchor);
    }
  }

  private static void startChildren(AtomicBoolean done) {
    while (!done.get()) {
      try {
        Spawn.command("/bin/true").start().exit().get(10, TimeUnit.SECONDS);
      } catch (KernelException
          | InterruptedException
          | java.util.concurrent.ExecutionException
          | java.util.concurrent.TimeoutException e) {
        throw new AssertionError(e);
      }
    }
  }
}
