package atoll.doctor.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

class FramesTest {
  private final Frames frames =
      new Frames(Expected.HOST_MAC, Expected.HOST.address(), Expected.GUEST, 20_123);

  /// The guest as seen from the other side: its answers have the addresses exchanged.
  private final Frames guest =
      new Frames(Expected.GUEST_MAC, Expected.GUEST, Expected.HOST.address(), 20_123);

  @Test
  void anArpAnswerNamesWhoHasTheAddress() {
    byte[] answer = guest.whoHas();
    answer[21] = 2; // a reply
    assertThat(frames.arpAnswer(answer)).isEqualTo(Expected.GUEST_MAC);
    assertThat(frames.arpAnswer(frames.whoHas())).as("our own question").isNull();
  }

  @Test
  void anEchoAnswerIsOursAlone() {
    byte[] answer = guest.echo(Expected.HOST_MAC);
    answer[34] = 0;
    assertThat(frames.isEchoAnswer(answer)).isTrue();
    answer[38] ^= 1;
    assertThat(frames.isEchoAnswer(answer)).as("another identifier").isFalse();
  }

  @Test
  void headersCarryRightChecksums() {
    byte[] syn = frames.syn(Expected.GUEST_MAC, 49983);
    int sum = 0;
    for (int i = 14; i < 34; i += 2) sum += (syn[i] & 0xff) << 8 | (syn[i + 1] & 0xff);
    while (sum >>> 16 != 0) sum = (sum & 0xffff) + (sum >>> 16);
    assertThat(sum).isEqualTo(0xffff);
  }

  @Test
  void hostileFramesAreOnlyCompared() {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] frame = new byte[random.nextInt(80)];
      random.nextBytes(frame);
      if (frame.length > 14) {
        frame[12] = 8;
        frame[13] = (byte) (random.nextBoolean() ? 0 : 6);
      }
      frames.arpAnswer(frame);
      frames.isEchoAnswer(frame);
      assertThat(frames.tcpAnswer(frame, 49983)).isIn("", "open", "refused");
    }
  }
}
