package atoll.linux.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What we write reads back as what we meant, and what the kernel might never send does no harm.
class NetlinkCodecTest {
  private static final Mac MAC = Mac.parse("02:FC:00:00:00:06");

  @Test
  void aRequestReadsBack() {
    byte[] bytes =
        new NetlinkMessage(Rtnetlink.RTM_NEWLINK, Rtnetlink.REQUEST | Rtnetlink.ACK)
            .link(7, Rtnetlink.IFF_UP, Rtnetlink.IFF_UP)
            .attribute(Rtnetlink.IFLA_IFNAME, "tap0")
            .attribute(Rtnetlink.IFLA_MTU, 1500)
            .attribute(Rtnetlink.IFLA_ADDRESS, MAC.bytes())
            .attribute(Rtnetlink.IFLA_CARRIER, new byte[] {1})
            .bytes(42);
    List<NetlinkReply> read = NetlinkReply.parse(bytes, bytes.length);
    assertThat(read).hasSize(1);
    assertThat(read.getFirst().type()).isEqualTo(Rtnetlink.RTM_NEWLINK);
    assertThat(read.getFirst().sequence()).isEqualTo(42);
    assertThat(Link.parse(read.getFirst().body()))
        .isEqualTo(new Link(7, "tap0", 1, true, 0, 1500, MAC, Link.Counters.NONE));
  }

  /// Byte for byte as in netlink(7), on a little-endian machine.
  @Test
  void theHeaderIsTheKernels() {
    ByteBuffer bytes =
        ByteBuffer.wrap(
                new NetlinkMessage(Rtnetlink.RTM_DELLINK, Rtnetlink.REQUEST | Rtnetlink.ACK)
                    .link(3, 0, 0)
                    .bytes(1))
            .order(ByteOrder.nativeOrder());
    assertThat(bytes.getInt(0)).isEqualTo(32).isEqualTo(bytes.capacity());
    assertThat(bytes.getShort(4)).isEqualTo((short) 17);
    assertThat(bytes.getShort(6)).isEqualTo((short) 5);
    assertThat(bytes.getInt(8)).isEqualTo(1);
    assertThat(bytes.getInt(20)).isEqualTo(3);
  }

  @Test
  void everyAttributeIsAligned() {
    byte[] bytes =
        new NetlinkMessage(1, 0)
            .attribute(1, "a")
            .attribute(2, new byte[5])
            .attribute(3, 9)
            .bytes(1);
    assertThat(bytes.length % 4).isZero();
    var read = NetlinkAttributes.parse(body(bytes), 0);
    assertThat(read.text(1, "")).isEqualTo("a");
    assertThat(read.bytes(2).orElseThrow()).hasSize(5);
    assertThat(read.integer(3, 0)).isEqualTo(9);
    assertThat(read.integer(4, -1)).isEqualTo(-1);
  }

  @Test
  void aNestedAttributeHoldsItsContent() {
    var message = new NetlinkMessage(1, 0);
    message.nested(5, () -> message.attribute(6, "inner")).attribute(7, 1);
    var outer = NetlinkAttributes.parse(body(message.bytes(1)), 0);
    var inner = NetlinkAttributes.parse(outer.buffer(5).orElseThrow(), 0);
    assertThat(inner.text(6, "")).isEqualTo("inner");
    assertThat(outer.integer(7, 0)).isEqualTo(1);
  }

  @Test
  void severalMessagesShareADatagram() {
    byte[] one = new NetlinkMessage(20, 0).attribute(1, 1).bytes(5);
    byte[] both = Arrays.copyOf(one, one.length * 2);
    System.arraycopy(one, 0, both, one.length, one.length);
    assertThat(NetlinkReply.parse(both, both.length)).hasSize(2);
  }

  @Test
  void anErrorCarriesItsNumber() {
    ByteBuffer body = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0, -17);
    assertThat(new NetlinkReply(Rtnetlink.NLMSG_ERROR, 1, body).errno()).isEqualTo(17);
  }

  @Test
  void lengthsThatLieEndTheList() {
    byte[] bytes = new NetlinkMessage(1, 0).attribute(1, 1).bytes(1);
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    all.putShort(16, (short) 400);
    assertThat(NetlinkAttributes.parse(body(bytes), 0).integer(1, -1)).isEqualTo(-1);
    all.putInt(0, 400);
    assertThat(NetlinkReply.parse(bytes, bytes.length)).isEmpty();
    all.putInt(0, 3);
    assertThat(NetlinkReply.parse(bytes, bytes.length)).isEmpty();
  }

  @Test
  void noiseIsReadWithoutFailing() {
    long seed = System.nanoTime();
    var random = RandomGenerator.of("L64X128MixRandom");
    for (int round = 0; round < 10_000; round++) {
      var noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      if (noise.length > 4) noise[0] = (byte) noise.length;
      if (noise.length > 4) Arrays.fill(noise, 1, 4, (byte) 0);
      assertThat(NetlinkReply.parse(noise, noise.length)).as("seed %d", seed).isNotNull();
      assertThat(NetlinkAttributes.parse(ByteBuffer.wrap(noise), 0)).isNotNull();
    }
  }

  @Test
  void macsAndPrefixesReadBack() {
    assertThat(MAC).hasToString("02:FC:00:00:00:06");
    assertThat(Cidr.parse("169.254.0.22/30")).hasToString("169.254.0.22/30");
    assertThatThrownBy(() -> Mac.parse("02:FC")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cidr.parse("10.0.0.1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Cidr.parse("10.0.0.1/33"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anInterfaceNameFitsTheKernelsField() {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      assertThat(Tap.ifreq(arena, "tap0", (short) 0x1002).byteSize()).isEqualTo(40);
      assertThatThrownBy(() -> Tap.ifreq(arena, "sixteen-letters-", (short) 0))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Tap.ifreq(arena, "", (short) 0))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static ByteBuffer body(byte[] message) {
    return NetlinkReply.parse(message, message.length).getFirst().body();
  }
}
