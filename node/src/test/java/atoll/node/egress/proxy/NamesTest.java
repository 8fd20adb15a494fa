package atoll.node.egress.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.Test;

/// What is read from a guest's first bytes.
class NamesTest {
  private final List<String> told = new ArrayList<>();

  private void say(EmbeddedChannel channel, byte... bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void theHostOfARequestIsItsName() {
    var channel = new EmbeddedChannel(new HttpName(told::add));
    say(channel, ascii("GET / HTTP/1.1\r\nUser-Agent: x\r\nhOST:  www.example.com:80 \r\n"));
    assertThat(told).isEmpty();
    say(channel, ascii("\r\nbody"));
    assertThat(told).containsExactly("www.example.com");
  }

  @Test
  void whatWasReadIsGivenOnUnchanged() {
    var channel = new EmbeddedChannel();
    channel.pipeline().addLast("name", new HttpName(told::add));
    say(channel, ascii("GET / HTTP/1.1\r\nHost: a.test\r\n\r\nmore"));
    channel.pipeline().remove("name");
    io.netty.buffer.ByteBuf given = channel.readInbound();
    assertThat(given.toString(StandardCharsets.ISO_8859_1))
        .isEqualTo("GET / HTTP/1.1\r\nHost: a.test\r\n\r\nmore");
    given.release();
  }

  @Test
  void twoHostsOrNoneAreNoName() {
    assertThat(HttpName.host("GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test")).isNull();
    assertThat(HttpName.host("GET http://a.test/ HTTP/1.1")).isNull();
    assertThat(HttpName.host("GET / HTTP/1.1\r\nX-Host: a.test")).isNull();
  }

  @Test
  void anEndlessHeadHasNoName() {
    var channel = new EmbeddedChannel(new HttpName(told::add));
    for (int i = 0; i < 40 && told.isEmpty(); i++) say(channel, new byte[1024]);
    assertThat(told).hasSize(1).containsOnlyNulls();
  }

  @Test
  void theServerNameOfATlsHelloIsItsName() throws Exception {
    var channel = new EmbeddedChannel(new TlsName(told::add));
    for (byte b : hello("api.example.com")) say(channel, b);
    assertThat(told).containsExactly("api.example.com");
  }

  @Test
  void aHelloWithoutNameHasNone() throws Exception {
    var channel = new EmbeddedChannel(new TlsName(told::add));
    say(channel, hello(null));
    assertThat(told).hasSize(1).containsOnlyNulls();
  }

  @Test
  void whatIsNoTlsHasNoName() {
    var channel = new EmbeddedChannel(new TlsName(told::add));
    say(channel, ascii("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"));
    assertThat(told).hasSize(1).containsOnlyNulls();
  }

  @Test
  void noiseNeverGetsAName() {
    var random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      var channel = new EmbeddedChannel(new TlsName(told::add));
      var bytes = new byte[random.nextInt(600)];
      random.nextBytes(bytes);
      if (bytes.length > 6 && random.nextBoolean()) {
        bytes[0] = 22; // handshake
        bytes[1] = 3;
        bytes[5] = 1; // client hello
      }
      say(channel, bytes);
      channel.finishAndReleaseAll();
    }
    assertThat(told.stream().filter(name -> name != null)).isEmpty();
  }

  private static byte[] hello(String name) throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    if (name != null) {
      var parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      engine.setSSLParameters(parameters);
    }
    var record = java.nio.ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(java.nio.ByteBuffer.allocate(0), record);
    record.flip();
    var bytes = new byte[record.remaining()];
    record.get(bytes);
    return bytes;
  }
}
