package atoll.agent;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/// Signs as a client does, independently of the agent's own code.
final class Vectors {
  private Vectors() {}

  static String signature(String... parts) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256")
            .digest(String.join(":", parts).getBytes(StandardCharsets.UTF_8));
    return "v1_" + Base64.getEncoder().withoutPadding().encodeToString(digest);
  }
}
