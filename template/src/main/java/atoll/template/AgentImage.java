package atoll.template;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.kernel.FileTree;
import atoll.template.bundle.Bundle;
import atoll.template.image.Digest;
import atoll.template.image.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;

/// The agent as one self-contained folder: a linked Java runtime with the agent's modules in it,
/// the C library it needs, a start cache, and a launcher.
///
/// `bin/atoll-agent` in the folder starts it, wherever the folder was copied to and whatever C
/// library and shell are there, or are not. The host's JDK is what links it, so host and guest have
/// the same processor architecture.
public final class AgentImage {
  /// Modules whose jars make up the agent; each jar's name starts with one of these.
  private static final List<String> MODULES =
      List.of("atoll-core-", "atoll-protocol-", "atoll-linux-", "atoll-agent-");

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
    try {
      new Tool(jlink.toString(), "a JDK")
          .run(folder.toAbsolutePath().getParent(), deadline, arguments(modulePath, folder));
      Bundle.complete(folder, deadline);
    } catch (IOException | RuntimeException e) {
      discard(folder, e);
      throw e;
    }
  }

  private static List<String> arguments(String modulePath, Path folder) {
    return List.of(
        "--module-path",
        modulePath,
        "--add-modules",
        "atoll.agent",
        "--strip-java-debug-attributes",
        "--no-header-files",
        "--no-man-pages",
        "--output",
        folder.toString());
  }

  private static void discard(Path folder, Exception failure) {
    try {
      if (Files.exists(folder)) FileTree.remove(folder);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /// What [#write] would link, said without linking it: the contents of the agent's jars and the
  /// JDK's version. Times and the order of a jar's entries do not count.
  public static String identity(Path jars, Path jdkHome) throws IOException {
    var digest = new Digest().bytes(Files.readAllBytes(jdkHome.resolve("release")));
    digest.bytes(Bundle.launcher());
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
}
