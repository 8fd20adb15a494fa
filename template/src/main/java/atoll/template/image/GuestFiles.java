package atoll.template.image;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// The scripts and settings that Atoll puts into its guests, as they lie in this module's
/// resources.
final class GuestFiles {
  /// Everything that shapes the root file system: a change in one of them is another root.
  static final List<String> ROOT =
      List.of("boot.sh", "agent.sh", "customise.sh", "inittab", "profile.sh");

  /// The scripts of the initramfs.
  static final List<String> INITRAMFS = List.of("init.sh", "network.sh");

  private GuestFiles() {}

  static byte[] read(String name) throws IOException {
    try (InputStream in = GuestFiles.class.getResourceAsStream(name)) {
      if (in == null) throw new IOException("resource " + name + " is missing from this build");
      return in.readAllBytes();
    }
  }
}
