package atoll.control.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.control.Bench;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class EmbeddedPostgresTest {
  @TempDir Path home;

  @BeforeEach
  void lendBinaries() throws Exception {
    Bench.lendBinaries(home);
  }

  @AfterEach
  void takeBinariesBack() throws Exception {
    Files.delete(home.resolve("cache"));
  }

  @Test
  void runsUnprivilegedAndKeepsItsSecretsToItself() throws Exception {
    long pid;
    try (var postgres = EmbeddedPostgres.open(home)) {
      pid = postgres.pid();
      assertThat(Files.getAttribute(Path.of("/proc/" + pid), "unix:uid"))
          .isEqualTo(
              ServiceUser.choose().isOther()
                  ? ServiceUser.choose().uid()
                  : Files.getAttribute(home, "unix:uid"));
      Path root = home.resolve("postgres");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(root.resolve("password"))))
          .isEqualTo("rw-------");
      assertThat(Files.readString(Path.of("/proc/" + pid + "/cmdline")))
          .doesNotContain(postgres.address().password())
          .contains("fsync=on");
      assertThat(postgres.address().toString()).doesNotContain(postgres.address().password());
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  /// As after `apt-get install postgresql`, or on another machine.
  @Test
  void dataOfAnotherAccountIsTakenOver() throws Exception {
    ServiceUser user = ServiceUser.choose();
    assumeTrue(user.isOther(), "SKIPPED: only root runs the database as somebody else");
    EmbeddedPostgres.open(home).close();
    Path data = home.resolve("postgres/data");
    Path outside = Files.createFile(home.resolve("outside"));
    Files.createSymbolicLink(data.resolve("link"), outside);
    var other = new ServiceUser("other", 61_237, 61_237);
    other.takeOver(data);
    assertThat(Files.getAttribute(data.resolve("base"), "unix:uid")).isEqualTo(61_237);
    try (var postgres = EmbeddedPostgres.open(home)) {
      assertThat(postgres.pid()).isPositive();
    }
    for (Path mine : List.of(data, data.resolve("PG_VERSION")))
      assertThat(Files.getAttribute(mine, "unix:uid")).isEqualTo(user.uid());
    assertThat(Files.getAttribute(outside, "unix:uid")).isEqualTo(0);
  }

  /// A JVM that is killed takes its server with it, and the next start needs no help.
  @Test
  void aKilledOwnerLeavesNothingThatStopsTheNext() throws Exception {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                home.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long postmaster;
    int port;
    try (var output =
        new BufferedReader(new InputStreamReader(owner.getInputStream(), StandardCharsets.UTF_8))) {
      postmaster = Long.parseLong(output.readLine());
      port = Integer.parseInt(output.readLine());
      var server = ProcessHandle.of(postmaster).orElseThrow();
      owner.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      server.onExit().get(20, TimeUnit.SECONDS);
    }
    try (var postgres = EmbeddedPostgres.open(home)) {
      assertThat(postgres.address().url()).contains(":" + port + "/");
    }
  }

  /// A server whose owner is gone without it, as after a lost signal, is found by its pid file and
  /// stopped.
  @Test
  void aLeftoverServerIsStopped() throws Exception {
    var first = EmbeddedPostgres.open(home);
    long pid = first.pid();
    var paths = PostgresHome.in(home);
    Leftover.stop(paths);
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    first.close();
    Leftover.stop(paths);
  }

  /// Opens a database, says so, and waits to be killed.
  public static final class Holder {
    public static void main(String[] arguments) throws Exception {
      try (var postgres = EmbeddedPostgres.open(Path.of(arguments[0]))) {
        System.out.println(postgres.pid());
        System.out.println(postgres.address().url().replaceAll(".*:(\\d+)/.*", "$1"));
        System.in.read();
      }
    }
  }
}
