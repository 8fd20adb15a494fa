package atoll.node.sandbox;

import atoll.core.json.JsonReader;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.network.EgressPolicyCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The egress policy of one run on disk, so that whoever takes the run over knows it.
///
/// It is replaced as a whole, before the kernel is told: after a crash in between, the file is what
/// was asked for.
final class PolicyFile {
  private PolicyFile() {}

  static void write(Path file, EgressPolicy policy) throws IOException {
    Files.createDirectories(file.getParent());
    Path next = file.resolveSibling(file.getFileName() + ".next");
    Files.writeString(next, EgressPolicyCodec.write(policy).toString());
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  static EgressPolicy read(Path file) throws IOException {
    try {
      return EgressPolicyCodec.read(
          JsonReader.readObject(Files.readString(file).getBytes(StandardCharsets.UTF_8)));
    } catch (RuntimeException e) {
      throw new IOException(file + " holds no egress policy", e);
    }
  }
}
