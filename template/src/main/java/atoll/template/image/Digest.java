package atoll.template.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// A SHA-256 over several parts, each told apart from the next. Confined to one thread; used once.
public final class Digest {
  private static final int BLOCK = 1 << 16;
  private static final byte[] ZERO = new byte[BLOCK];

  private final MessageDigest sha256;

  public Digest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  public Digest text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  public Digest bytes(byte[] bytes) {
    sha256.update(Integer.toString(bytes.length).getBytes(StandardCharsets.US_ASCII));
    sha256.update((byte) ':');
    sha256.update(bytes);
    return this;
  }

  /// Names, permissions to execute, and contents of all files below `folder`.
  Digest tree(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(folder)) {
      files = walk.sorted().toList();
    }
    for (Path file : files) {
      text(folder.relativize(file).toString());
      if (Files.isSymbolicLink(file)) text(Files.readSymbolicLink(file).toString());
      else if (Files.isRegularFile(file))
        text(Files.isExecutable(file) ? "x" : "-").bytes(Files.readAllBytes(file));
    }
    return this;
  }

  /// The digest of one sparse file: of its length, and of each block of 64 KiB that is not all
  /// zero, with its number.
  ///
  /// Images are mostly holes, which cost as much to hash as data does.
  public static String ofFile(Path file) throws IOException {
    var digest = new Digest().text(Long.toString(Files.size(file)));
    byte[] block = new byte[BLOCK];
    try (InputStream in = Files.newInputStream(file)) {
      long number = 0;
      for (int n = in.readNBytes(block, 0, BLOCK); n > 0; n = in.readNBytes(block, 0, BLOCK)) {
        if (!Arrays.equals(block, 0, n, ZERO, 0, n))
          digest.text(Long.toString(number)).part(block, n);
        number++;
      }
    }
    return "sparse-sha256:" + digest.hex(64);
  }

  private void part(byte[] bytes, int length) {
    sha256.update(bytes, 0, length);
  }

  /// The first `digits` hexadecimal digits.
  public String hex(int digits) {
    return HexFormat.of().formatHex(sha256.digest()).substring(0, digits);
  }
}
