package atoll.template.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// A SHA-256 over several parts, each told apart from the next. Confined to one thread; used once.
public final class Digest {
  private final MessageDigest sha256;

  public Digest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  Digest text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  Digest bytes(byte[] bytes) {
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

  /// The digest of one file alone, as `sha256sum` prints it.
  public static String ofFile(Path file) throws IOException {
    var digest = new Digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) digest.sha256.update(buffer, 0, n);
    }
    return digest.hex(64);
  }

  /// The first `digits` hexadecimal digits.
  String hex(int digits) {
    return HexFormat.of().formatHex(sha256.digest()).substring(0, digits);
  }
}
