package atoll.control.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/// All paths of one embedded database. The data directory belongs to the service user, everything
/// else to us.
record PostgresHome(Path root) {
  static PostgresHome in(Path home) {
    return new PostgresHome(home.toAbsolutePath().normalize().resolve("postgres"));
  }

  Path data() {
    return root.resolve("data");
  }

  /// Where a cluster is made before it is renamed to [#data()]: a half-made cluster is never
  /// started.
  Path staging() {
    return root.resolve("data.new");
  }

  Path lock() {
    return root.resolve("lock");
  }

  Path port() {
    return root.resolve("port");
  }

  Path password() {
    return root.resolve("password");
  }

  Path pidFile() {
    return data().resolve("postmaster.pid");
  }

  /// Makes the folder, and lets the service user walk through it and through the home above it.
  void prepare(ServiceUser user) throws IOException {
    Files.createDirectories(root);
    if (!user.isOther()) return;
    allowWalking(root);
    allowWalking(root.getParent());
    refuseClosedParents();
  }

  private static void allowWalking(Path folder) throws IOException {
    var permissions = Files.getPosixFilePermissions(folder);
    if (permissions.add(PosixFilePermission.OTHERS_EXECUTE))
      Files.setPosixFilePermissions(folder, permissions);
  }

  private void refuseClosedParents() throws IOException {
    for (Path above = root.getParent().toRealPath(); above != null; above = above.getParent()) {
      if (Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE))
        continue;
      throw new PostgresException(
          "the database cannot live in %s: its unprivileged user may not pass through %s"
              .formatted(root.getParent(), above),
          "choose another --home, or allow passing: chmod o+x " + above,
          null);
    }
  }
}
