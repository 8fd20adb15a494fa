package atoll.template.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class LauncherTest {
  @TempDir Path folder;

  private String run(Launcher launcher, String... arguments) throws Exception {
    Assumptions.assumeTrue(
        "amd64".equals(System.getProperty("os.arch")), "SKIPPED: the launcher is x86-64 code");
    Path program = Files.createDirectories(folder.resolve("a b/bin")).resolve("start");
    Files.write(program, launcher.elf());
    assertThat(program.toFile().setExecutable(true)).isTrue();
    var command = new java.util.ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("OWN", "kept");
    builder.environment().put("LC_ALL", "lost");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return said + process.exitValue();
  }

  @Test
  void findsItsFolderAndAddsArgumentsAndEnvironment() throws Exception {
    String here = folder.toRealPath().resolve("a b").toString();
    String script = "umask; echo \"$OWN\"; for a; do echo \"<$a>\"; done";
    var launcher =
        new Launcher(
            List.of("/bin/sh", "-c", script, "sh", "x" + Launcher.HERE + "/y" + Launcher.HERE),
            List.of("LC_ALL=C.UTF-8"));
    assertThat(run(launcher, "--port", "", "1 2"))
        .isEqualTo("0022\nkept\n<x%1$s/y%1$s>\n<--port>\n<>\n<1 2>\n0".formatted(here));
  }

  /// getenv(3) finds the first of two; a shell would take the last.
  @Test
  void putsItsOwnEnvironmentFirst() throws Exception {
    var launcher = new Launcher(List.of("/usr/bin/env"), List.of("LC_ALL=C.UTF-8"));
    assertThat(run(launcher)).startsWith("LC_ALL=C.UTF-8\n").contains("\nLC_ALL=lost\n");
  }

  @Test
  void saysSoWhenItsRuntimeIsMissing() throws Exception {
    var launcher = new Launcher(List.of(Launcher.HERE + "/lib/missing"), List.of());
    assertThat(run(launcher))
        .isEqualTo("atoll-agent: cannot start its runtime beside this file\n127");
  }
}
