package atoll.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Long bodies: all of them arrive, and a side that does not read holds back the one that writes.
@Timeout(120)
class StreamTest {
  private static final String ID = EdgeFixture.ID;
  private static final long GIB = 1L << 30;

  /// What may lie between a writer and a reader who does not read: the kernel's buffers on four
  /// ends and ours.
  private static final long MOST_BETWEEN = 32L << 20;

  private final AtomicLong moved = new AtomicLong();
  private EdgeFixture all;

  @BeforeEach
  void start() throws Exception {
    all = new EdgeFixture();
  }

  @AfterEach
  void stop() throws Exception {
    all.close();
  }

  private void write(OutputStream out, long bytes) throws IOException {
    var block = new byte[1 << 16];
    for (long left = bytes; left > 0; left -= block.length) {
      out.write(block);
      moved.addAndGet(block.length);
    }
  }

  private static long count(InputStream in, long bytes) throws IOException {
    var block = new byte[1 << 16];
    long total = 0;
    while (total < bytes) {
      int n = in.read(block, 0, (int) Math.min(block.length, bytes - total));
      if (n < 0) break;
      total += n;
    }
    return total;
  }

  /// Waits until the writer has made no progress for a while; a writer that is never held back
  /// would reach the end.
  private long whenHeldBack() throws InterruptedException {
    long before;
    do {
      before = moved.get();
      TimeUnit.MILLISECONDS.sleep(300); // a standstill gives no event
    } while (moved.get() != before);
    return before;
  }

  @Test
  void aGibibyteDownThroughASlowClient() throws Exception {
    Guest guest =
        all.guest(talk -> {
          talk.head();
          talk.send("HTTP/1.1 200 OK\r\nContent-Length: " + GIB + "\r\n\r\n");
          write(talk.out(), GIB);
        });
    Client client = all.client().send(Client.get("/big", ID, guest.port()));
    client.head();
    assertThat(whenHeldBack()).isLessThan(MOST_BETWEEN);
    assertThat(count(client.in, GIB)).isEqualTo(GIB);
  }

  @Test
  void aGibibyteUpIntoASlowGuest() throws Exception {
    var read = new CompletableFuture<Void>();
    Guest guest =
        all.guest(talk -> {
          talk.head();
          read.join();
          long got = count(talk.in(), GIB);
          talk.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n" + got);
        });
    Client client = all.client();
    client.send(
        Client.request("POST /big HTTP/1.1", ID, guest.port(), "Content-Length: " + GIB + "\r\n"));
    var writing =
        CompletableFuture.runAsync(() -> {
          try {
            write(client.out, GIB);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    assertThat(whenHeldBack()).isLessThan(MOST_BETWEEN);
    read.complete(null);
    writing.get(60, TimeUnit.SECONDS);
    assertThat(client.reply()).endsWith(Long.toString(GIB));
  }

  @Test
  void manyPipelinedRequestsOfAClientThatDoesNotReadAreHeldBack() throws Exception {
    Client client = all.client();
    String one = Client.get("/x", "nosuchsandbox", 80);
    var writing =
        CompletableFuture.runAsync(() -> {
          try {
            for (int i = 0; i < 1_000_000; i++) {
              client.send(one);
              moved.addAndGet(one.length());
            }
          } catch (IOException closed) {
            moved.addAndGet(0);
          }
        });
    assertThat(whenHeldBack()).isLessThan(MOST_BETWEEN);
    client.close();
    writing.get(10, TimeUnit.SECONDS);
  }
}
