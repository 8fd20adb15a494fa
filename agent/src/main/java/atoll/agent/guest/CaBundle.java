package atoll.agent.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/// The certificate authority that the host wants this guest to trust: the last part of the system's
/// bundle, and a file of its own from which the distribution's tools make the bundle anew.
///
/// A new one takes the place of the former. Each file changes by one rename, readable for all.
final class CaBundle {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";

  private final Path bundle;
  private final Path own;

  CaBundle(Path root) {
    bundle = root.resolve("etc/ssl/certs/ca-certificates.crt");
    own = root.resolve("usr/local/share/ca-certificates/e2b-ca.crt");
  }

  /// @throws IllegalArgumentException if this is no certificate in PEM form
  void install(String pem) throws IOException {
    if (!pem.contains(BEGIN) || !pem.contains(END))
      throw new IllegalArgumentException("caBundle is no PEM certificate");
    String wanted = pem.stripTrailing() + "\n";
    String former = read(own);
    String now = read(bundle);
    if (former.equals(wanted) && now.endsWith(wanted)) return;
    if (!former.isEmpty()) now = now.replace(former, "");
    if (!now.isEmpty() && !now.endsWith("\n")) now += "\n";
    replace(bundle, now + wanted);
    replace(own, wanted);
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }

  private static void replace(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling(file.getFileName() + ".atoll");
    Files.writeString(part, text, StandardCharsets.ISO_8859_1);
    Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
