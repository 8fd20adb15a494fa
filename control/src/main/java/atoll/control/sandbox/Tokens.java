package atoll.control.sandbox;

import atoll.core.SandboxId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Derives each sandbox's access token from one secret seed, so that no token is ever stored.
public final class Tokens {
  private static final int SEED_BYTES = 32;
  private final SecretKeySpec seed;

  public Tokens(byte[] seed) {
    this.seed = new SecretKeySpec(seed, "HmacSHA256");
  }

  /// Reads the seed of a home, and makes it first if there is none.
  public static Tokens in(Path home) throws IOException {
    Path file = home.resolve("token-seed");
    if (!Files.exists(file)) write(file);
    return new Tokens(HexFormat.of().parseHex(Files.readString(file).strip()));
  }

  private static void write(Path file) throws IOException {
    var seed = new byte[SEED_BYTES];
    new SecureRandom().nextBytes(seed);
    var secret = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path part = Files.createTempFile(file.getParent(), "token-seed-", ".part", secret);
    Files.writeString(part, HexFormat.of().formatHex(seed));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// What the sandbox's agent must be shown. The same for the same id, always.
  public String access(SandboxId id) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(seed);
      return HexFormat.of().formatHex(mac.doFinal(id.value().getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
