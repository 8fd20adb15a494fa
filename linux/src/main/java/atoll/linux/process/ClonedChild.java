package atoll.linux.process;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.ForkWindow;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One child by clone3(2), born in its control group and dressed by itself: namespace, ids,
/// priorities, limits, descriptors and directory are set by the child, so that no thread of ours
/// ever wears them.
///
/// As posix_spawn(3) does, the calling thread waits until the program is loaded. Safe for several
/// threads. x86-64 and Linux 5.7 or newer; [#possible()] tells.
final class ClonedChild {
  private static final long CLONE_VM = 0x100;
  private static final long CLONE_PIDFD = 0x1000;
  private static final long CLONE_VFORK = 0x4000;
  private static final long CLONE_CLEAR_SIGHAND = 0x1_0000_0000L;
  private static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;
  private static final int CLONE_ARGS_SIZE = 88;
  private static final int SIGCHLD = 17;
  private static final int MOST_FOLDERS = 64;
  private static final int WORD = 24;
  private static final String EXECVE = "execve";
  private static final String ACCESS = "access";
  private static final String CHDIR = "chdir";
  private static final String DEFAULT_PATH =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /// System calls of x86-64.
  private static final class Number {
    static final int WRITE = 1, OPEN = 2, RT_SIGACTION = 13, RT_SIGPROCMASK = 14, IOCTL = 16;
    static final int ACCESS = 21, DUP2 = 33, EXECVE = 59, FCNTL = 72, CHDIR = 80, SETSID = 112;
    static final int SETGROUPS = 116, SETRESUID = 117, SETRESGID = 119, SETPRIORITY = 141;
    static final int PRCTL = 157, IOPRIO_SET = 251, PRLIMIT = 302, SETNS = 308, CLOSE_RANGE = 436;
  }

  private static volatile boolean refused;

  /// For what has a fixed size, and for 180 steps: some 25 always, one for each ignored signal and
  /// each descriptor.
  private static final long ROOM = 16 * 1024;

  private final Spawn spawn;
  private final List<String> candidates;
  private final SegmentAllocator memory;
  private final ChildSteps steps = new ChildSteps();

  private ClonedChild(Spawn spawn, List<String> candidates, SegmentAllocator memory) {
    this.spawn = spawn;
    this.candidates = candidates;
    this.memory = memory;
  }

  static boolean possible() {
    return ChildCode.AVAILABLE && !refused;
  }

  /// Null if this kernel has no such call: the caller then takes the other way, from now on.
  static PolledChild start(Spawn spawn) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      List<String> candidates = candidates(spawn);
      MemorySegment room = arena.allocate(room(spawn, candidates), 8);
      return new ClonedChild(spawn, candidates, SegmentAllocator.slicingAllocator(room)).start();
    }
  }

  /// All memory is taken at once: a start needs some forty pieces. A character is at most three
  /// bytes of UTF-8; each word has its end, a pointer, and what aligning it takes.
  private static long room(Spawn spawn, List<String> candidates) {
    long room = ROOM;
    for (String word : spawn.command) room += 3L * word.length() + WORD;
    for (var variable : spawn.environment.entrySet())
      room += 3L * (variable.getKey().length() + variable.getValue().length() + 1) + WORD;
    if (spawn.directory != null) room += 3L * spawn.directory.length() + WORD;
    for (String candidate : candidates)
      room += 3L * candidate.length() + WORD + 2 * ChildSteps.ROW_BYTES;
    if (spawn.credentials != null) room += 4L * spawn.credentials.groups().length;
    return room;
  }

  private PolledChild start() throws KernelException {
    try (Fd terminal = spawn.terminal == null ? null : openTerminal()) {
      describe(terminal);
      MemorySegment pidfd = memory.allocate(ValueLayout.JAVA_INT);
      long pid = clone(pidfd);
      if (pid == -Errno.ENOSYS || pid == -Errno.EINVAL || pid == -Errno.EPERM) {
        refused = true;
        return null;
      }
      if (pid < 0) throw new KernelException("starting " + name(), (int) -pid);
      var child = new PolledChild((int) pid, new Fd(pidfd.get(ValueLayout.JAVA_INT, 0)));
      KernelException failure = failure();
      if (failure == null) return child;
      child.reap();
      throw failure;
    }
  }

  private Fd openTerminal() throws KernelException {
    return FdIo.open(Path.of(spawn.terminal), FdIo.O_RDWR | FdIo.O_NOCTTY);
  }

  private long clone(MemorySegment pidfd) {
    MemorySegment args = memory.allocate(CLONE_ARGS_SIZE, 8);
    long flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
    if (spawn.cgroup >= 0) flags |= CLONE_INTO_CGROUP;
    args.set(ValueLayout.JAVA_LONG, 0, flags);
    args.set(ValueLayout.JAVA_LONG, 8, pidfd.address());
    args.set(ValueLayout.JAVA_LONG, 32, SIGCHLD);
    if (spawn.cgroup >= 0) args.set(ValueLayout.JAVA_LONG, 80, spawn.cgroup);
    MemorySegment table = steps.table(memory);
    ForkWindow.starting().lock();
    try {
      return ChildCode.run(args, table);
    } finally {
      ForkWindow.starting().unlock();
      steps.ended();
    }
  }

  private void describe(Fd terminal) throws KernelException {
    MemorySegment zeros = memory.allocate(32, 8);
    for (int signal : Ignored.SIGNALS)
      steps.may("sigaction", Number.RT_SIGACTION, signal, zeros.address(), 0, 8);
    // First of all: the copies that follow may sit on the descriptor's number.
    if (spawn.netns >= 0) steps.must("setns", Number.SETNS, spawn.netns, OwnThread.CLONE_NEWNET);
    if (spawn.session) steps.must("setsid", Number.SETSID);
    if (terminal != null) {
      steps.must("TIOCSCTTY", Number.IOCTL, terminal.number(), 0x540e, 0);
      for (int fd = 0; fd <= 2; fd++) copy(terminal.number(), fd);
    }
    descriptors(terminal != null);
    steps.may("close_range", Number.CLOSE_RANGE, highest() + 1, 0xffffffffL, 0);
    if (spawn.oomScore != null) oomScore();
    if (spawn.plainPriority) {
      steps.may("setpriority", Number.SETPRIORITY, 0, 0, 0);
      steps.may("ioprio_set", Number.IOPRIO_SET, 1, 0, 2 << 13 | 4);
    }
    if (spawn.credentials != null && !spawn.credentials.isOwn()) wear(spawn.credentials);
    if (spawn.noNewPrivileges)
      steps.must("prctl", Number.PRCTL, OwnThread.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    spawn.limits.forEach(this::limit);
    if (spawn.directory != null) steps.must(CHDIR, Number.CHDIR, text(spawn.directory));
    steps.must("sigprocmask", Number.RT_SIGPROCMASK, 2, zeros.address(), 0, 8);
    programs();
  }

  /// Lowering one's own limits needs no right, so this works for every user.
  private void limit(Limit limit, long most) {
    long both = memory.allocateFrom(ValueLayout.JAVA_LONG, most, most).address();
    steps.must("prlimit " + limit, Number.PRLIMIT, 0, limit.resource, both, 0);
  }

  private int highest() {
    return spawn.fds.isEmpty() ? 2 : Math.max(2, spawn.fds.lastKey());
  }

  /// Sources that sit on another's target are copied out of the way first.
  private void descriptors(boolean terminal) {
    int spare = highest() + 1;
    for (int source : spawn.fds.values()) spare = Math.max(spare, source + 1);
    var sources = new java.util.TreeMap<>(spawn.fds);
    for (var entry : sources.entrySet()) {
      boolean clashes =
          !entry.getKey().equals(entry.getValue()) && spawn.fds.containsKey(entry.getValue());
      if (!clashes) continue;
      copy(entry.getValue(), spare);
      entry.setValue(spare++);
    }
    sources.forEach((target, source) -> copy(source, target));
    if (terminal) return;
    for (int fd = 0; fd <= 2; fd++) if (!sources.containsKey(fd)) copy(Null.FD.number(), fd);
  }

  /// A copy has no close-on-exec flag; a descriptor that stays in its place loses it.
  private void copy(int from, int to) {
    if (from == to) steps.must("fcntl", Number.FCNTL, to, 2, 0);
    else steps.must("dup2", Number.DUP2, from, to);
  }

  /// After all others are closed, the next descriptor that is opened is the lowest free one.
  private void oomScore() {
    byte[] score = spawn.oomScore.toString().getBytes(StandardCharsets.US_ASCII);
    MemorySegment bytes = memory.allocateFrom(ValueLayout.JAVA_BYTE, score);
    if (!dense()) return;
    int fd = highest() + 1;
    steps.may("open", Number.OPEN, text("/proc/self/oom_score_adj"), 0x80001, 0);
    steps.may("write", Number.WRITE, fd, bytes.address(), score.length);
  }

  /// Whether the child's descriptors leave no gap: 0 to 2 are always there.
  private boolean dense() {
    for (int fd = 3; fd <= highest(); fd++) if (!spawn.fds.containsKey(fd)) return false;
    return true;
  }

  private void wear(Credentials who) {
    int[] groups = who.groups();
    MemorySegment list = memory.allocate(Math.max(4, groups.length * 4L), 4);
    MemorySegment.copy(groups, 0, list, ValueLayout.JAVA_INT, 0, groups.length);
    steps.must("setgroups", Number.SETGROUPS, groups.length, list.address());
    steps.must("setresgid", Number.SETRESGID, who.gid(), who.gid(), who.gid());
    steps.must("setresuid", Number.SETRESUID, who.uid(), who.uid(), who.uid());
  }

  /// One attempt for each place where the program may lie, as execvp(3) does. Whether anything is
  /// there is asked first: execve(2) builds an address space before it looks.
  private void programs() {
    long argv = strings(spawn.command);
    long envp = strings(variables(spawn.environment));
    for (String candidate : candidates) {
      long path = text(candidate);
      if (candidates.size() > 1) steps.unless(ACCESS, Number.ACCESS, path, 0);
      steps.may(EXECVE, Number.EXECVE, path, argv, envp);
    }
  }

  private String name() {
    return spawn.command.getFirst();
  }

  private static List<String> candidates(Spawn spawn) {
    String name = spawn.command.getFirst();
    if (name.indexOf('/') >= 0) return List.of(name);
    String path = spawn.environment.getOrDefault("PATH", DEFAULT_PATH);
    var all = new ArrayList<String>();
    for (String folder : path.split(":", -1)) {
      if (all.size() < MOST_FOLDERS) all.add(folder.isEmpty() ? name : folder + "/" + name);
    }
    return all;
  }

  private static List<String> variables(Map<String, String> environment) {
    var list = new ArrayList<String>(environment.size());
    environment.forEach((name, value) -> list.add(name + "=" + value));
    return list;
  }

  private long strings(List<String> texts) {
    MemorySegment array = memory.allocate(ValueLayout.ADDRESS, texts.size() + 1L);
    for (int i = 0; i < texts.size(); i++)
      array.setAtIndex(ValueLayout.ADDRESS, i, Kernel.cString(memory, texts.get(i)));
    return array.address();
  }

  private long text(String text) {
    return Kernel.cString(memory, text).address();
  }

  /// What kept the program from being loaded, or null.
  private KernelException failure() {
    int worst = 0;
    for (int row = 0; row < steps.size(); row++) {
      if (steps.leftOut(row)) continue;
      if (!steps.reached(row)) return null; // the attempt that succeeded never came back
      int error = steps.error(row);
      if (error == 0) continue;
      if (steps.mustSucceed(row)) {
        if (steps.name(row).equals(CHDIR))
          return new WorkingDirectoryException(spawn.directory, error);
        return new KernelException(steps.name(row) + " before starting " + name(), error);
      }
      if (!steps.name(row).equals(EXECVE) && !steps.name(row).equals(ACCESS)) continue;
      if (worst == 0 || worst == Errno.ENOENT || worst == Errno.ENOTDIR) worst = error;
    }
    return new KernelException("starting " + name(), worst);
  }

  /// The null device, open for the life of this program.
  private static final class Null {
    static final Fd FD = open();

    private static Fd open() {
      try {
        return FdIo.open(Path.of("/dev/null"), FdIo.O_RDWR);
      } catch (KernelException e) {
        throw new IllegalStateException("no null device", e);
      }
    }
  }

  /// Signals that whoever started this program had ignored: they would stay so in children.
  private static final class Ignored {
    static final List<Integer> SIGNALS = read();

    private static List<Integer> read() {
      var signals = new ArrayList<Integer>();
      try {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
          if (!line.startsWith("SigIgn:")) continue;
          long mask = Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
          for (int i = 0; i < 64; i++) if ((mask >>> i & 1) == 1) signals.add(i + 1);
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException("reading our own signals", e);
      }
      return List.copyOf(signals);
    }
  }
}
