package atoll.cli;

import atoll.cli.report.CommandFailure;
import atoll.core.Deadline;
import atoll.template.AgentImage;
import atoll.template.image.GuestImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/// The folder that the launcher built and runs us from: `lib`, `examples`, and `agent` once it was
/// asked for.
final class Distribution {
  /// Ten times what it takes on a busy machine of two cores.
  private static final Duration LINK = Duration.ofMinutes(3);

  private Distribution() {}

  static Path folder(String name) {
    String root = System.getProperty("atoll.distribution");
    if (root == null)
      throw CommandFailure.failed(
          "no_distribution", "only the atoll script knows where " + name + " lies", "run ./atoll");
    return Path.of(root, name);
  }

  /// Links a new copy of the guest agent with its own Java runtime into a folder that does not
  /// exist.
  static void link(Path target) throws IOException {
    var jdk = Path.of(System.getProperty("java.home"));
    AgentImage.write(target, folder("lib"), jdk, Deadline.after(LINK));
  }

  static GuestImages.AgentSource agentSource() {
    return new GuestImages.AgentSource() {
      @Override
      public Path bundle() throws IOException {
        return agent();
      }

      @Override
      public String identity() throws IOException {
        return AgentImage.identity(folder("lib"), Path.of(System.getProperty("java.home")));
      }
    };
  }

  /// The guest agent of this build, linked on first use.
  static Path agent() throws IOException {
    Path agent = folder("agent");
    if (Files.exists(agent)) return agent;
    Path part = folder("agent." + ProcessHandle.current().pid() + ".part");
    link(part);
    return Files.move(part, agent, StandardCopyOption.ATOMIC_MOVE);
  }
}
