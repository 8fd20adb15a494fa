package atoll.linux.process;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// A child process about to be started, in one exec and with nothing inherited that was not named.
///
/// - **Shape** an argv whose first word is a path, or a name that is looked up in the PATH of the
///   given environment. The environment starts empty. Descriptors 0 to 2 are the null device unless
///   [#fd] or [#terminal] says otherwise; all others are closed. Signals have their default
///   dispositions and none is blocked.
/// - **Threads** a builder for one thread. The child sets up everything by itself, by clone3(2).
///   Where that call cannot be had (older kernels, other processors) it is posix_spawn(3), on a
///   platform thread made for this one call where what the child is to have is kept per thread.
/// - **Fails** [KernelException] with the errno of the step that failed, ENOENT for a missing
///   program.
/// - **Sources** clone3(2), posix_spawn(3), credentials(7), setns(2).
public final class Spawn {
  private static final int SIGKILL = 9;

  final List<String> command;
  Map<String, String> environment = Map.of();
  String directory;
  String terminal;
  boolean session;
  final NavigableMap<Integer, Integer> fds = new TreeMap<>();
  Credentials credentials;
  int cgroup = -1;
  Integer oomScore;
  boolean plainPriority;
  int netns = -1;
  boolean noNewPrivileges;
  final Map<Limit, Long> limits = new EnumMap<>(Limit.class);

  private Spawn(List<String> command) {
    this.command = List.copyOf(command);
    if (command.isEmpty()) throw new IllegalArgumentException("a command needs at least one word");
  }

  public static Spawn command(List<String> argv) {
    return new Spawn(argv);
  }

  public static Spawn command(String... argv) {
    return new Spawn(List.of(argv));
  }

  public Spawn environment(Map<String, String> variables) {
    environment = Map.copyOf(variables);
    return this;
  }

  public Spawn directory(String path) {
    directory = path;
    return this;
  }

  /// The child's descriptor `target` becomes a copy of our `source`, which stays open here.
  public Spawn fd(int target, int source) {
    fds.put(target, source);
    return this;
  }

  public Spawn credentials(int uid, int gid, int... groups) {
    credentials = new Credentials(uid, gid, groups.clone());
    return this;
  }

  /// Starts the child in the network namespace that this descriptor holds.
  public Spawn netns(int namespace) {
    netns = namespace;
    return this;
  }

  /// No program that the child runs gives it a right that it has not: neither set-user-ID bits nor
  /// file capabilities. Source: prctl(2), PR_SET_NO_NEW_PRIVS.
  public Spawn noNewPrivileges() {
    noNewPrivileges = true;
    return this;
  }

  /// What the child may use at most, soft and hard; no more than it may have already.
  public Spawn limit(Limit limit, long most) {
    limits.put(limit, most);
    return this;
  }

  /// Whether the child leads a session of its own.
  public Spawn session(boolean own) {
    session = own;
    return this;
  }

  /// A session of its own, with the slave side of this pty as controlling terminal and as
  /// descriptors 0 to 2.
  public Spawn terminal(String pts) {
    terminal = pts;
    session = true;
    return this;
  }

  /// Nice 0 and best-effort I/O priority 4, whatever this process has.
  public Spawn plainPriority() {
    plainPriority = true;
    return this;
  }

  /// The child is born in the control group (version 2) whose folder this descriptor holds: not
  /// even its first instant is outside.
  public Spawn cgroup(int folder) {
    cgroup = folder;
    return this;
  }

  /// The child's oom_score_adj, proc(5).
  public Spawn oomScore(int score) {
    oomScore = score;
    return this;
  }

  /// Starts the child; returns once the program is loaded. The reaper collects its exit.
  public Child start() throws KernelException {
    PolledChild born = cloned();
    Child child = (born == null ? posixSpawn() : born).handOver();
    Reaper.shared().watch(child);
    return child;
  }

  /// Null where clone3(2) cannot be had.
  private PolledChild cloned() throws KernelException {
    return ClonedChild.possible() ? ClonedChild.start(this) : null;
  }

  PolledChild posixSpawn() throws KernelException {
    return placed(onItsOwnThread() ? onFreshThread() : PosixSpawn.run(this));
  }

  /// Starts the child from the calling platform thread: no thread is made. The caller polls and
  /// reaps it.
  ///
  /// Where clone3(2) cannot be had no thread is made either, but for what the kernel would never
  /// take back from this one: a namespace, a renunciation.
  public PolledChild startHere() throws KernelException {
    PolledChild born = cloned();
    if (born != null) return born;
    return placed(netns >= 0 || noNewPrivileges ? onFreshThread() : inPlace());
  }

  /// What posix_spawn(3) cannot do is done a moment after the child's birth. One that cannot be
  /// bounded, for want of CAP_SYS_RESOURCE, does not live.
  private PolledChild placed(int pid) throws KernelException {
    var child = new PolledChild(pid, new Fd(SystemCall.pidfd(pid)));
    if (cgroup >= 0) write("/proc/self/fd/" + cgroup + "/cgroup.procs", Integer.toString(pid));
    if (oomScore != null) write("/proc/" + pid + "/oom_score_adj", oomScore.toString());
    try {
      for (var limit : limits.entrySet())
        SystemCall.limit(pid, limit.getKey().resource, limit.getValue());
      return child;
    } catch (KernelException e) {
      child.signal(SIGKILL);
      child.reap();
      throw e;
    }
  }

  private static void write(String file, String text) {
    try (var out = new java.io.FileOutputStream(file)) {
      out.write(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    } catch (java.io.IOException e) {
      // A child that has ended needs no place any more.
      System.getLogger(Spawn.class.getName()).log(System.Logger.Level.DEBUG, "placing a child", e);
    }
  }

  private int inPlace() throws KernelException {
    boolean calm = plainPriority && OwnThread.remember();
    if (calm) OwnThread.plainPriority();
    try {
      if (credentials == null || credentials.isOwn()) return PosixSpawn.run(this);
      credentials.borrow();
      try {
        return PosixSpawn.run(this);
      } finally {
        Credentials.giveBack();
      }
    } finally {
      if (calm) OwnThread.ownPriority();
    }
  }

  private boolean onItsOwnThread() {
    return credentials != null || netns >= 0 || plainPriority || noNewPrivileges;
  }

  private int onFreshThread() throws KernelException {
    var task = new FutureTask<>(this::dressedSpawn);
    Thread.ofPlatform().name("spawn").start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // a child may exist already: its pid must not be lost
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KernelException k) throw k;
      throw new IllegalStateException("starting " + command.getFirst(), e.getCause());
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private int dressedSpawn() throws KernelException {
    if (netns >= 0) OwnThread.enter(netns);
    if (plainPriority) OwnThread.plainPriority();
    if (credentials != null) credentials.wear();
    if (noNewPrivileges) OwnThread.noNewPrivileges();
    return PosixSpawn.run(this);
  }
}
