package atoll.template;

import atoll.core.Deadline;
import atoll.template.image.GuestImages;
import atoll.template.image.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// [StandInAgent] with a runtime of its own, laid out like the agent's bundle.
record StandInBundle(Path home) implements GuestImages.AgentSource {
  private static final String LAUNCHER =
      "#!/bin/sh\nhere=${0%/bin/*}\n"
          + "exec \"$here/bin/java\" -XX:+UseSerialGC -Xmx48m -XX:TieredStopAtLevel=1 -cp \"$here/app\" atoll.template.StandInAgent\n";

  @Override
  public String identity() {
    return "stand-in";
  }

  /// Made once under `home`.
  @Override
  public Path bundle() throws IOException {
    Path bundle = home.resolve("stand-in-agent");
    if (Files.isDirectory(bundle)) return bundle;
    Path staging =
        Files.createDirectories(home).resolve("stand-in-agent." + ProcessHandle.current().pid());
    String jlink = System.getProperty("java.home") + "/bin/jlink";
    List<String> arguments =
        List.of(
            "--add-modules",
            "java.base,jdk.httpserver",
            "--strip-debug",
            "--no-header-files",
            "--output",
            staging.toString());
    new Tool(jlink, "a JDK").run(home, Deadline.after(Duration.ofMinutes(2)), arguments);
    Path classes = Files.createDirectories(staging.resolve("app/atoll/template"));
    Path from =
        Path.of(StandInAgent.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (Stream<Path> files = Files.list(from.resolve("atoll/template"))) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("StandInAgent")).toList()) {
        Files.copy(file, classes.resolve(file.getFileName()));
      }
    }
    Path launcher = Files.writeString(staging.resolve("bin/atoll-agent"), LAUNCHER);
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Files.move(staging, bundle);
  }
}
