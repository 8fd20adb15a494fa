package atoll.template;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.process.Child;
import atoll.linux.process.FdInput;
import atoll.linux.process.Pipe;
import atoll.linux.process.Spawn;
import atoll.template.image.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipFile;

/// The agent as one self-contained folder: a linked Java runtime with the agent's modules in it,
/// and a launcher.
///
/// `bin/atoll-agent` in the folder starts it, wherever the folder was copied to. The host's JDK is
/// what links it, so host and guest have the same processor architecture.
public final class AgentImage {
  /// Modules whose jars make up the agent; each jar's name starts with one of these.
  private static final List<String> MODULES =
      List.of("atoll-core-", "atoll-protocol-", "atoll-linux-", "atoll-agent-");

  private static final int OUTPUT_LIMIT = 64 * 1024;

  private AgentImage() {}

  /// Links the runtime into `folder`, which must not exist. A failure leaves nothing there.
  ///
  /// @param jars the folder that holds the agent's jars, among others
  /// @param jdkHome a JDK 25 with jlink
  public static void write(Path folder, Path jars, Path jdkHome, Deadline deadline)
      throws IOException {
    Path jlink = jdkHome.resolve("bin/jlink");
    if (!Files.isExecutable(jlink)) {
      throw new Refusal.Failed(
          "jlink_missing", "no jlink at " + jlink, "use a full JDK 25, not a runtime", null, null);
    }
    String modulePath = String.join(":", agentJars(jars));
    run(
        deadline,
        jlink.toString(),
        "--module-path",
        modulePath,
        "--add-modules",
        "atoll.agent",
        "--strip-java-debug-attributes",
        "--no-header-files",
        "--no-man-pages",
        "--generate-cds-archive",
        "--output",
        folder.toString());
    launcher(folder.resolve("bin/atoll-agent"));
  }

  /// What [#write] would link, said without linking it: the contents of the agent's jars and the
  /// JDK's version. Times and the order of a jar's entries do not count.
  public static String identity(Path jars, Path jdkHome) throws IOException {
    var digest = new Digest().bytes(Files.readAllBytes(jdkHome.resolve("release")));
    try (InputStream script = AgentImage.class.getResourceAsStream("atoll-agent.sh")) {
      digest.bytes(script.readAllBytes());
    }
    for (String jar : agentJars(jars)) {
      try (var zip = new ZipFile(jar)) {
        zip.stream()
            .filter(entry -> !entry.isDirectory() && !entry.getName().startsWith("META-INF/"))
            .map(entry -> entry.getName() + " " + entry.getSize() + " " + entry.getCrc())
            .sorted()
            .forEach(digest::text);
      }
    }
    return digest.hex(32);
  }

  private static List<String> agentJars(Path jars) throws IOException {
    var found = new ArrayList<String>();
    for (String prefix : MODULES) {
      try (var files = Files.newDirectoryStream(jars, prefix + "*.jar")) {
        var matches = new ArrayList<Path>();
        files.forEach(matches::add);
        if (matches.size() != 1) {
          throw new Refusal.Failed(
              "agent_jars",
              matches.size() + " jars named " + prefix + "* in " + jars,
              "build the project again",
              null,
              null);
        }
        found.add(matches.getFirst().toString());
      }
    }
    return found;
  }

  private static void launcher(Path file) throws IOException {
    try (InputStream script = AgentImage.class.getResourceAsStream("atoll-agent.sh")) {
      Files.copy(script, file);
    }
    if (!file.toFile().setExecutable(true, false))
      throw new IOException("cannot make " + file + " executable");
  }

  private static void run(Deadline deadline, String... command) throws IOException {
    try (var pipe = Pipe.open()) {
      int sink = pipe.sink().number();
      Child child =
          Spawn.command(command)
              .environment(Map.of("LANG", "C.UTF-8"))
              .fd(1, sink)
              .fd(2, sink)
              .start();
      pipe.sink().close();
      var output = new FutureTask<>(() -> new FdInput(pipe.source()).readNBytes(OUTPUT_LIMIT));
      Thread.ofPlatform().name("jlink-output").start(output);
      await(child, output, deadline);
    }
  }

  private static void await(Child child, FutureTask<byte[]> output, Deadline deadline)
      throws IOException {
    try {
      byte[] text = output.get(deadline.leftMillis(), TimeUnit.MILLISECONDS);
      boolean ok = child.exit().get(Math.max(1, deadline.leftMillis()), TimeUnit.MILLISECONDS).ok();
      if (ok) return;
      String detail = new String(text, StandardCharsets.UTF_8).strip();
      throw new Refusal.Failed("agent_link", "jlink failed: " + detail, null, detail, null);
    } catch (TimeoutException e) {
      child.signal(9);
      throw new Refusal.Failed(
          "agent_link", "jlink did not end in time", "the host may be overloaded", null, e);
    } catch (ExecutionException e) {
      throw new IOException("reading jlink's output", e.getCause());
    } catch (InterruptedException e) {
      child.signal(9);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while jlink ran", e);
    }
  }
}
