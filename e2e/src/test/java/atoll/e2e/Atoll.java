package atoll.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A whole Atoll, started through its launcher as a user would, on free ports.
///
/// One is shared by all tests of this JVM, see [#shared]; it is stopped when the JVM ends.
final class Atoll implements AutoCloseable {
  /// Enough for the first start of a home, which builds the base template.
  private static final Duration FIRST_START = Duration.ofMinutes(12);

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static Atoll shared;
  private static String unavailable = "";

  private final Path home;
  private final String said;
  private final long pid;
  private final Map<String, String> environment;

  private Atoll(Path home, String said) throws IOException, InterruptedException {
    this.home = home;
    this.said = said;
    pid =
        JsonReader.readObject(Files.readAllBytes(home.resolve("run/atoll.json")))
            .whole("pid")
            .orElseThrow();
    environment = sdkVariables(command(home, "env"));
  }

  /// The shared one, started again if a test has ended it. Skips the calling test where Atoll
  /// cannot run.
  static synchronized Atoll shared() throws IOException, InterruptedException {
    assumeTrue(unavailable.isEmpty(), unavailable);
    if (shared == null) Runtime.getRuntime().addShutdownHook(new Thread(Atoll::endShared));
    if (shared == null || !shared.alive())
      shared = start(Project.home(), "--vmm", Project.monitor());
    return shared;
  }

  private static void endShared() {
    try {
      if (shared != null) shared.close();
    } catch (IOException | InterruptedException e) {
      e.printStackTrace();
    }
  }

  /// @param options of `up`, besides home and ports
  static Atoll start(Path home, String... options) throws IOException, InterruptedException {
    assumeItCanRun();
    Program.Outcome up = up(home, options);
    if (Project.monitor().equals("firecracker")) {
      String lack = lack(up);
      if (!lack.isEmpty()) unavailable = lack;
      assumeTrue(lack.isEmpty(), lack);
    }
    return new Atoll(home, up.expectSuccess().err());
  }

  /// Why a start with Firecracker was refused, if it was for want of one, or of a KVM that runs
  /// guests.
  private static String lack(Program.Outcome up) {
    if (up.exit() == 0 || !up.out().startsWith("{")) return "";
    Json.Obj error =
        JsonReader.readObject(up.out().getBytes(StandardCharsets.UTF_8)).object("error");
    return error
        .text("reason")
        .filter(r -> r.equals("firecracker_missing") || r.equals("firecracker_unusable"))
        .map(_ -> "SKIPPED: " + error.text("message").orElse(""))
        .orElse("");
  }

  /// `up --detach` on free ports, whatever comes of it.
  static Program.Outcome up(Path home, String... options) throws IOException, InterruptedException {
    var command =
        Stream.concat(
            Stream.of(
                launcher(),
                "up",
                "--home",
                home.toString(),
                "--port",
                "0",
                "--edge-port",
                "0",
                "--detach",
                "-o",
                "json"),
            Stream.of(options));
    return Program.of(command.toArray(String[]::new)).with("ATOLL_NO_BUILD", "1").run(FIRST_START);
  }

  private static void assumeItCanRun() throws IOException {
    assumeTrue(Project.isRoot(), "SKIPPED: starting Atoll needs root");
    Path built = Project.root().resolve("cli/target/atoll");
    assumeTrue(
        Files.isDirectory(built),
        "SKIPPED: " + built + " is missing; build first: ./atoll install");
    assumeTrue(Files.exists(Path.of("/dev/net/tun")), "SKIPPED: /dev/net/tun is missing");
  }

  private static String launcher() {
    return Project.root().resolve("atoll").toString();
  }

  static Program.Outcome command(Path home, String... words)
      throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of(words));
    int end = all.indexOf("--"); // what follows is a command of the guest's
    all.addAll(end < 0 ? all.size() : end, List.of("--home", home.toString(), "-o", "json"));
    all.addFirst(launcher());
    return Program.of(all.toArray(String[]::new)).with("ATOLL_NO_BUILD", "1").run(PATIENCE);
  }

  private static Map<String, String> sdkVariables(Program.Outcome env) {
    Json.Obj said =
        JsonReader.readObject(env.expectSuccess().out().getBytes(StandardCharsets.UTF_8));
    return Map.of(
        "E2B_API_KEY", said.text("E2B_API_KEY").orElseThrow(),
        "E2B_API_URL", said.text("E2B_API_URL").orElseThrow(),
        "E2B_SANDBOX_URL", said.text("E2B_SANDBOX_URL").orElseThrow());
  }

  /// A command of this Atoll's own command line, with `-o json`.
  Program.Outcome command(String... words) throws IOException, InterruptedException {
    return command(home, words);
  }

  /// What the official SDKs need to find it.
  Map<String, String> environment() {
    return environment;
  }

  Path home() {
    return home;
  }

  long pid() {
    return pid;
  }

  /// What its start wrote to standard error and to its log.
  String said() throws IOException {
    Path log = home.resolve("run/atoll.log");
    return said + (Files.exists(log) ? Files.readString(log) : "");
  }

  boolean alive() {
    return ProcessHandle.of(pid).isPresent();
  }

  /// As a host that loses it: nothing is cleaned up.
  void killHard() throws InterruptedException {
    var process = ProcessHandle.of(pid).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  /// Monitors of this home's sandboxes: by its path on their command lines, or, in a jail that
  /// hides it, by the sandbox's folder that their name is made of.
  List<ProcessHandle> monitors() throws IOException {
    var jailed = new ArrayList<String>();
    Path folders = home.resolve("sandboxes");
    if (Files.isDirectory(folders)) {
      try (var each = Files.list(folders)) {
        each.forEach(f -> jailed.add("--id atoll-" + f.getFileName() + " "));
      }
    }
    return CommandLine.all()
        .filter(p ->
            p.commandLine().contains("qemu-system") && p.commandLine().contains(home.toString())
                || jailed.stream().anyMatch((p.commandLine() + " ")::contains))
        .map(CommandLine::process)
        .toList();
  }

  /// Every process that names this home on its command line.
  Stream<CommandLine> processes() {
    return CommandLine.all().filter(p -> p.commandLine().contains(home.toString()));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    command("down").expectSuccess();
  }
}
