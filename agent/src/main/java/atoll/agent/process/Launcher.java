package atoll.agent.process;

import atoll.agent.guest.GuestPaths;
import atoll.agent.guest.GuestState;
import atoll.agent.guest.User;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.PolledChild;
import atoll.linux.process.Spawn;
import atoll.linux.process.WorkingDirectoryException;
import java.io.File;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Makes a client's command into a child process: its environment, its directory, its place among
/// the control groups.
final class Launcher {
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final int ENOEXEC = 8;

  /// Children die before the agent does when memory runs out.
  private static final int CHILD_OOM_SCORE = 100;

  /// Read at the first start of a process: an agent begins to answer sooner without it.
  private static final class SearchPath {
    static final String OWN = System.getenv("PATH");
    static final String VALUE = OWN == null || OWN.isEmpty() ? DEFAULT_PATH : OWN;
  }

  private final GuestState state;

  Launcher(GuestState state) {
    this.state = state;
  }

  /// The directory in which the command runs.
  String directory(ProcessConfig config, User user) throws RpcException {
    String cwd;
    try {
      cwd =
          GuestPaths.resolve(
              config.cwd() == null ? "" : config.cwd(), user, state.defaultWorkdir());
    } catch (IllegalArgumentException e) {
      throw RpcException.invalid(
          "failed to expand path '"
              + config.cwd()
              + "' for user '"
              + user.name()
              + "': "
              + e.getMessage());
    }
    if (cwd.indexOf('\0') >= 0) throw notStarted(config, "invalid argument");
    if (!new File(cwd).exists()) throw RpcException.invalid("cwd '" + cwd + "' does not exist");
    return cwd;
  }

  /// What every process of this user gets: the base, then the global variables, then the request's.
  Map<String, String> environment(ProcessConfig config, User user, String cwd) {
    var all = new HashMap<String, String>();
    all.put("PATH", SearchPath.VALUE);
    all.put("HOME", user.home());
    all.put("USER", user.name());
    all.put("LOGNAME", user.name());
    all.put("PWD", cwd);
    all.putAll(state.variables());
    all.putAll(config.envs());
    return all;
  }

  Spawn spawn(List<String> argv, Map<String, String> environment, String cwd, User user) {
    Spawn spawn = Spawn.command(argv).environment(environment).directory(cwd);
    spawn.credentials(user.uid(), user.gid(), user.groups()).oomScore(CHILD_OOM_SCORE);
    return Priority.RAISED ? spawn.plainPriority() : spawn;
  }

  /// Starts it; a missing or not executable program is told by a [MissingProgramException].
  PolledChild start(ProcessConfig config, Spawn spawn, Supplier<Spawn> asScript)
      throws RpcException, MissingProgramException {
    try {
      return spawn.startHere();
    } catch (WorkingDirectoryException e) {
      throw notStarted(config, "chdir: " + Errno.text(e.errno()));
    } catch (KernelException e) {
      if (e.errno() == ENOEXEC && asScript != null) return start(config, asScript.get(), null);
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR)
        throw new MissingProgramException(127, config.cmd());
      if (e.errno() == Errno.EACCES || e.errno() == Errno.EISDIR)
        throw new MissingProgramException(126, config.cmd());
      throw notStarted(config, Errno.text(e.errno()));
    } catch (IllegalArgumentException nul) {
      throw notStarted(config, "invalid argument");
    }
  }

  static RpcException notStarted(ProcessConfig config, String why) {
    return RpcException.invalid(
        "error starting process '" + String.join(" ", config.argv()) + "': " + why);
  }
}
