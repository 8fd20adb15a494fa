package atoll.control.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/// One database cluster on disk: made once by initdb, with its port and password, and kept.
record Cluster(PostgresHome home, Binaries binaries, ServiceUser user, int port, String password) {
  static final String SUPERUSER = "atoll";
  private static final Duration MAKING = Duration.ofMinutes(2);
  private static final System.Logger LOG = System.getLogger(Cluster.class.getName());

  static Cluster open(PostgresHome home, Binaries binaries, ServiceUser user) throws IOException {
    Binaries.delete(home.staging());
    if (!Files.exists(home.data())) make(home, binaries, user);
    user.takeOver(home.data());
    return new Cluster(home, binaries, user, port(home), Files.readString(home.password()).strip());
  }

  private static void make(PostgresHome home, Binaries binaries, ServiceUser user)
      throws IOException {
    var secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    String password = HexFormat.of().formatHex(secret);
    write(home.password(), password);
    Path staging = home.staging();
    Files.createDirectory(
        staging,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    user.own(staging);
    Path forInitdb = Files.createTempFile("atoll-", ".init");
    try {
      write(forInitdb, password);
      user.own(forInitdb);
      Tool.run(user.command(initdb(binaries, staging, forInitdb)), null, MAKING);
    } finally {
      Files.delete(forInitdb);
    }
    Files.move(staging, home.data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<String> initdb(Binaries binaries, Path data, Path passwordFile) {
    return List.of(
        binaries.program("initdb"),
        "-D",
        data.toString(),
        "-U",
        SUPERUSER,
        "--pwfile=" + passwordFile,
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--wal-segsize=4",
        "--no-instructions");
  }

  /// The port is chosen once; another is taken only if a stranger holds it now.
  private static int port(PostgresHome home) throws IOException {
    if (Files.exists(home.port())) {
      int known = Integer.parseInt(Files.readString(home.port()).strip());
      if (isFree(known)) return known;
      LOG.log(
          System.Logger.Level.WARNING,
          "port {0,number,#} of the database is taken; choosing another",
          known);
    }
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      write(home.port(), Integer.toString(probe.getLocalPort()));
      return probe.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException held) {
      return false;
    }
  }

  private static void write(Path file, String text) throws IOException {
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(file, text);
  }

  DatabaseAddress address() {
    return new DatabaseAddress(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", SUPERUSER, password);
  }

  List<String> serverCommand() {
    return user.command(ServerSettings.command(binaries.program("postgres"), home.data(), port));
  }

  @Override
  public String toString() {
    return "Cluster[" + home.root() + ", port " + port + "]";
  }
}
