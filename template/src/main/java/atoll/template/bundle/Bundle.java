package atoll.template.bundle;

import atoll.core.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes a linked runtime with the agent in it into the agent's bundle: C library, start cache,
/// launcher.
///
/// On processors other than x86-64 the launcher is a shell script and the C library is that of the
/// root the bundle runs in.
public final class Bundle {
  private static final boolean OWN_LIBRARY = "amd64".equals(System.getProperty("os.arch"));

  private Bundle() {}

  /// @param folder what jlink wrote; on a failure it is in no usable state
  public static void complete(Path folder, Deadline deadline) throws IOException {
    if (OWN_LIBRARY) CLibrary.copyInto(folder, deadline);
    StartCache.make(folder, OWN_LIBRARY, deadline);
    Path launcher = folder.resolve("bin/atoll-agent");
    Files.write(launcher, launcher());
    if (!launcher.toFile().setExecutable(true, false))
      throw new IOException("cannot make " + launcher + " executable");
  }

  /// The bytes of `bin/atoll-agent`.
  public static byte[] launcher() throws IOException {
    return OWN_LIBRARY ? program() : script();
  }

  private static byte[] program() throws IOException {
    return new Launcher(AgentCommand.ofLauncher(true), AgentCommand.environment(true)).elf();
  }

  private static byte[] script() {
    var out = new StringBuilder("#!/bin/sh\numask 022\n");
    for (String variable : AgentCommand.environment(false))
      out.append("export ").append(variable).append('\n');
    out.append("here=${0%/*}/..\nexec");
    for (String word : AgentCommand.ofLauncher(false))
      out.append(" \"").append(word.replace(Launcher.HERE, "$here")).append('"');
    return out.append(" \"$@\"\n").toString().getBytes(StandardCharsets.UTF_8);
  }
}
