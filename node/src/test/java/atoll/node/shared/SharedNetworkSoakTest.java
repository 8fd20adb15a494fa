package atoll.node.shared;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Deadline;
import atoll.linux.net.Netns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Guests come and go while others keep a stream, which must never stall: `-Dsoak.guests=200` for
/// the long one.
@Tag("real")
class SharedNetworkSoakTest {
  private static final int GUESTS = Integer.getInteger("soak.guests", 15);
  private static final long LONGEST_STALL = 1000; // milliseconds

  @TempDir Path directory;
  private volatile boolean over;

  @Test
  void streamsLiveWhileOthersComeAndGo() throws Exception {
    Assumptions.assumeTrue(
        Files.isWritable(Path.of("/dev/net/tun"))
            && "root".equals(System.getProperty("user.name"))
            && Stream.of("/usr/sbin/nft", "/sbin/nft")
                .anyMatch(p -> Files.isExecutable(Path.of(p))),
        "SKIPPED: needs root, /dev/net/tun and nft");
    try (var played = new PlayedNetwork(directory)) {
      played.networks.create(PlayedNetwork.DEV, null);
      var one = played.guest();
      var two = played.guest();
      Netns first = one.machine.netns();
      Netns second = two.machine.netns();
      Netns host = played.hostNetns;
      var control = watched(SharedNetworkRealTest.stream(host, host, "127.0.0.1"));
      var streams =
          List.of(
              watched(SharedNetworkRealTest.stream(first, second, two.address())),
              watched(SharedNetworkRealTest.stream(first, host, one.seat.gateway())),
              watched(SharedNetworkRealTest.stream(host, first, one.address())));
      for (int i = 0; i < GUESTS; i++) comeAndGo(played);
      over = true;
      // A host without processor time to spare stalls everything, this one too.
      long busy = control.get();
      System.out.println(
          GUESTS + " guests came and went; loopback stalled at most " + busy + " ms");
      for (var stream : streams) assertThat(longest(stream)).isLessThan(LONGEST_STALL + busy);
      assertThat(lost(first) + lost(second) + lost(host)).as("segments lost").isZero();
    }
  }

  private static void comeAndGo(PlayedNetwork played) throws IOException {
    try (var guest = played.guest()) {
      guest.seat.prove(Deadline.after(Duration.ofSeconds(5)));
    }
  }

  private static long longest(FutureTask<Long> stream)
      throws InterruptedException, ExecutionException {
    long millis = stream.get();
    System.out.println("longest stall: " + millis + " ms");
    return millis;
  }

  /// Segments of TCP that a namespace sent again, but for those of which the other side has told
  /// that it had them already: a host without processor time makes answers late.
  private static long lost(Netns netns) throws IOException {
    return counter(netns, "snmp", "Tcp:", "RetransSegs")
        - counter(netns, "netstat", "TcpExt:", "TCPSynRetrans") // of proofs that came too early
        - counter(netns, "netstat", "TcpExt:", "TCPDSACKRecvSegs");
  }

  private static long counter(Netns netns, String file, String group, String name)
      throws IOException {
    List<String> lines =
        netns.inside(() -> Files.readAllLines(Path.of("/proc/thread-self/net", file)));
    List<List<String>> table =
        lines.stream().filter(l -> l.startsWith(group)).map(l -> List.of(l.split(" "))).toList();
    return Long.parseLong(table.get(1).get(table.get(0).indexOf(name)));
  }

  /// The longest round trip in milliseconds, once all is over.
  private FutureTask<Long> watched(Callable<Boolean> stream) {
    var task =
        new FutureTask<>(() -> {
          long longest = 0;
          while (!over) {
            long begun = System.nanoTime();
            assertThat(stream.call()).isTrue();
            longest = Math.max(longest, System.nanoTime() - begun);
          }
          return longest / 1_000_000;
        });
    Thread.ofPlatform().daemon().name("stream").start(task);
    return task;
  }
}
