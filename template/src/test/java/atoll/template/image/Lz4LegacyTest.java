package atoll.template.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class Lz4LegacyTest {
  private static ByteBuffer hex(String text) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  @Test
  void repeatsOverlappingMatches() throws IOException {
    // "ab", then 8 bytes from 2 back, then "!"
    byte[] text = Lz4Legacy.decode(hex("02214c18 07000000 24 6162 0200 10 21"), 11);
    assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("ababababab!");
  }

  @Test
  void joinsBlocks() throws IOException {
    byte[] text = Lz4Legacy.decode(hex("02214c18 03000000 20 6162 02000000 10 63"), 3);
    assertThat(new String(text, StandardCharsets.UTF_8)).isEqualTo("abc");
  }

  @Test
  void refusesDamage() {
    assertThatThrownBy(() -> Lz4Legacy.decode(hex("02214c18 ff000000 20 6162"), 9))
        .hasMessageContaining("beyond its frame");
    assertThatThrownBy(() -> Lz4Legacy.decode(hex("02214c18 04000000 00 0900 00"), 9))
        .hasMessageContaining("before the start");
    assertThatThrownBy(() -> Lz4Legacy.decode(hex("02214c18 03000000 20 6162"), 1))
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> Lz4Legacy.decode(hex("00000000 03000000"), 1))
        .hasMessageContaining("not an LZ4");
  }
}
