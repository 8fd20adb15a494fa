package atoll.doctor.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.Patience;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Against a scripted API.
@Timeout(20)
class ApiReaderTest {
  private static final String CONFIG =
      """
      {"machine-config":{"vcpu_count":2,"mem_size_mib":512,"smt":false},\
      "network-interfaces":[{"iface_id":"eth0","host_dev_name":"tap0"}]}\
      """;
  private static final String METRICS =
      """
      {"net":{"tx_packets_count":7,"rx_packets_count":9,"tap_write_fails":2,"tap_read_fails":1},\
      "block":{"execute_fails":4,"event_fails":0}}
      """;

  @TempDir private Path folder;
  private ServerSocketChannel server;
  private Subject subject;

  @BeforeEach
  void listen() throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(folder.resolve("api.sock")));
    subject = new Subject("iabc", "iabc-7", folder, 1, 1, 5, true);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void answers(String about, String config) {
    Thread.ofVirtual()
        .start(() -> {
          while (server.isOpen()) {
            try (var peer = server.accept()) {
              var in =
                  new java.io.BufferedReader(
                      new java.io.InputStreamReader(
                          Channels.newInputStream(peer), java.nio.charset.StandardCharsets.UTF_8));
              String line = in.readLine();
              while (!in.readLine().isEmpty()) continue;
              String body = line.startsWith("GET / ") ? about : config;
              peer.write(
                  ByteBuffer.wrap(
                      ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                          .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            } catch (IOException closed) {
              return;
            }
          }
        });
  }

  private ApiFacts read() {
    return new ApiReader(new Reading(Patience.USUAL), subject).read();
  }

  @Test
  void anotherMonitorHasNoSuchApi() {
    assertThat(read()).isEqualTo(ApiFacts.NONE);
  }

  @Test
  void itsWordsAndItsLastFlushAreRead() throws IOException {
    Files.writeString(folder.resolve("monitor.log"), "first\nlast word\n");
    Files.writeString(folder.resolve("metrics.log"), "{}\n" + METRICS + "{\"torn\":");
    answers("{\"state\":\"Paused\",\"vmm_version\":\"1.16.1\"}", CONFIG);
    ApiFacts said = read();
    assertThat(said.paused()).isTrue();
    assertThat(said.version()).isEqualTo("1.16.1");
    assertThat(said.tap()).isEqualTo("tap0");
    assertThat(said.cpus()).isEqualTo(2);
    assertThat(said.memoryMib()).isEqualTo(512);
    assertThat(said.shown()).isEqualTo("missing");
    assertThat(said.lastWord()).isEqualTo("last word");
    assertThat(said.counters()).isEqualTo(new ApiFacts.Counters(true, 7, 9, 3, 4));
  }

  @Test
  void oneThatHangsIsLeftAtItsDeadline() throws IOException {
    Files.createFile(folder.resolve("monitor.log"));
    ApiFacts said = read(); // the kernel accepts, nobody reads
    assertThat(said.answered()).isFalse();
    assertThat(said.silence()).contains("no answer within");
  }

  @Test
  void nonsenseIsSilence() throws IOException {
    Files.createFile(folder.resolve("monitor.log"));
    answers("not json", CONFIG);
    assertThat(read().silence()).isNotEmpty();
  }
}
