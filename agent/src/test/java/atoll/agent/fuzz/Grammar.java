package atoll.agent.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/// Makes inputs that are almost right: built from the words of a language, then damaged. The same
/// seed makes the same input.
public final class Grammar {
  private final Random random;
  private final String[] words;

  public Grammar(long seed, String... words) {
    this.random = new Random(seed);
    this.words = words;
  }

  public Random random() {
    return random;
  }

  /// Up to `most` words in a row, damaged more often than not.
  public byte[] sentence(int most) {
    var out = new ByteArrayOutputStream();
    for (int i = random.nextInt(most) + 1; i > 0; i--)
      out.writeBytes(words[random.nextInt(words.length)].getBytes(StandardCharsets.ISO_8859_1));
    return damaged(out.toByteArray());
  }

  /// The same bytes with a few of them changed, cut, doubled or replaced by extremes.
  public byte[] damaged(byte[] bytes) {
    byte[] result = bytes;
    for (int i = random.nextInt(4); i > 0 && result.length > 0; i--) result = once(result);
    return result;
  }

  private byte[] once(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(6)) {
      case 0 -> {
        byte[] changed = bytes.clone();
        changed[at] = (byte) random.nextInt(256);
        return changed;
      }
      case 1 -> {
        byte[] changed = bytes.clone();
        changed[at] ^= (byte) (1 << random.nextInt(8));
        return changed;
      }
      case 2 -> {
        return java.util.Arrays.copyOf(bytes, at);
      }
      case 3 -> {
        return spliced(bytes, at, bytes, random.nextInt(bytes.length));
      }
      case 4 -> {
        byte[] extremes = {0, -1, 127, -128, '9', '{', '"', '\\', '\r', '\n'};
        byte[] changed = bytes.clone();
        changed[at] = extremes[random.nextInt(extremes.length)];
        return changed;
      }
      default -> {
        String word = words[random.nextInt(words.length)];
        return spliced(bytes, at, word.getBytes(StandardCharsets.ISO_8859_1), 0);
      }
    }
  }

  private static byte[] spliced(byte[] head, int at, byte[] tail, int from) {
    var out = new ByteArrayOutputStream();
    out.write(head, 0, at);
    out.write(tail, from, tail.length - from);
    if (out.size() < 1 << 16) out.write(head, at, head.length - at);
    return out.toByteArray();
  }

  /// The bytes in pieces of random size, as a network would bring them.
  public java.io.InputStream pieces(byte[] bytes) {
    int piece = 1 + random.nextInt(bytes.length + 1);
    return new java.io.ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, piece));
      }
    };
  }
}
