package atoll.linux.cgroup;

import atoll.core.Deadline;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Pidfd;
import atoll.linux.kernel.PlatformThread;
import atoll.linux.kernel.Poll;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// One group of processes that is limited, killed and waited for as a whole.
///
/// Made by [Cgroups#create]; the maker calls [#kill], [#awaitEmpty] and [#remove], in this order.
/// All three treat an absent group as success, so a sweep may repeat them. Safe anywhere.
public final class Cgroup {
  private static final System.Logger LOG = System.getLogger(Cgroup.class.getName());
  private static final int SIGKILL = 9;

  /// A version 1 group can fork while it is killed; each round kills what the last one missed.
  private static final int MOST_KILL_ROUNDS = 32;

  private static final int EVENTS_BYTES = 256;

  /// This group's place in one hierarchy.
  record Directory(Hierarchy hierarchy, Path path) {}

  private final List<Directory> directories;

  Cgroup(List<Directory> directories) {
    this.directories = List.copyOf(directories);
  }

  /// Its directories, the version 2 one first.
  public List<Path> paths() {
    return directories.stream().map(Directory::path).toList();
  }

  /// Moves a process with all its threads here; what it forks later is born here.
  public void place(long pid) throws IOException {
    for (Path p : paths()) ControlFile.write(p.resolve("cgroup.procs"), Long.toString(pid));
  }

  /// The processes in any of the group's directories. Zombies are not members.
  public Set<Integer> members() throws IOException {
    var pids = new TreeSet<Integer>();
    for (Path p : paths()) {
      try {
        for (String pid : Hierarchy.words(p.resolve("cgroup.procs")))
          pids.add(Integer.valueOf(pid));
      } catch (NoSuchFileException absent) {
        continue;
      }
    }
    return pids;
  }

  /// Sends SIGKILL to every member. Returns before they have ended; see [#awaitEmpty].
  public void kill() throws IOException {
    Optional<Path> killSwitch = unified().map(p -> p.resolve("cgroup.kill")).filter(Files::exists);
    if (killSwitch.isPresent()) {
      ControlFile.write(killSwitch.get(), "1");
    } else {
      killOneByOne();
    }
  }

  /// No fork can succeed any more once pids.max is 0; without that controller the rounds are
  /// bounded.
  private void killOneByOne() throws IOException {
    for (Directory d : directories) {
      Path max = d.path().resolve("pids.max");
      if (Files.exists(max)) ControlFile.tryWrite(max, "0");
    }
    var killed = new TreeSet<Integer>();
    for (int round = 0; round < MOST_KILL_ROUNDS; round++) {
      Set<Integer> fresh = members();
      fresh.removeAll(killed);
      if (fresh.isEmpty()) return;
      for (int pid : fresh) kill(pid);
      killed.addAll(fresh);
    }
  }

  private static void kill(int pid) throws KernelException {
    try (Fd process = Pidfd.open(pid)) {
      Pidfd.signal(process, SIGKILL);
    } catch (KernelException e) {
      if (e.errno() != Errno.ESRCH) throw e;
    }
  }

  /// Waits until no process is left, told by the kernel; false when the deadline passed first.
  public boolean awaitEmpty(Deadline deadline) throws IOException {
    return PlatformThread.unlessAlready("cgroup-empty", () -> waitEmpty(deadline));
  }

  private boolean waitEmpty(Deadline deadline) throws IOException {
    Optional<Path> events = unified().map(p -> p.resolve("cgroup.events")).filter(Files::exists);
    if (events.isPresent() && !awaitUnpopulated(events.get(), deadline)) return false;
    return awaitMembersEnd(deadline);
  }

  private static boolean awaitUnpopulated(Path events, Deadline deadline) throws IOException {
    while (true) {
      // A fresh descriptor sees every change after its read, so none is lost between reading and
      // waiting.
      try (Fd file = FdIo.open(events, FdIo.O_RDONLY)) {
        if (!populated(file)) return true;
        if (Poll.await(deadline, Poll.PRI, file.number()) < 0) return false;
      }
    }
  }

  private static boolean populated(Fd file) throws KernelException {
    var buffer = new byte[EVENTS_BYTES];
    int length = FdIo.read(file, buffer);
    return new String(buffer, 0, length, StandardCharsets.US_ASCII)
        .lines()
        .anyMatch("populated 1"::equals);
  }

  /// Version 1 has no event, but each member has one of its own.
  private boolean awaitMembersEnd(Deadline deadline) throws IOException {
    for (Set<Integer> left = members(); !left.isEmpty(); left = members()) {
      if (deadline.expired()) return false;
      try (Fd process = Pidfd.open(left.iterator().next())) {
        if (Poll.await(deadline, Poll.IN, process.number()) < 0) return false;
      } catch (KernelException e) {
        if (e.errno() != Errno.ESRCH) throw e;
      }
    }
    return true;
  }

  /// Deletes the empty group's directories, and their parent once it is empty too; fails while a
  /// process is left.
  public void remove() throws IOException {
    for (Path p : paths()) {
      try {
        Files.deleteIfExists(p);
      } catch (IOException e) {
        throw new IOException(
            "cannot remove cgroup " + p + ", members " + members() + ": " + e.getMessage(), e);
      }
    }
    for (Path p : paths()) removeIfUnused(p.getParent());
  }

  private static void removeIfUnused(Path parent) {
    try {
      Files.deleteIfExists(parent);
    } catch (IOException e) {
      LOG.log(Level.TRACE, "other groups still live in {0}", parent);
    }
  }

  void limit(CgroupLimits limits) throws IOException {
    for (Directory d : directories) {
      for (Controller c : d.hierarchy().usable(d.path())) limit(d, c, limits);
    }
  }

  private static void limit(Directory in, Controller controller, CgroupLimits limits)
      throws IOException {
    Path file = in.path().resolve(in.hierarchy().limitFile(controller));
    switch (controller) {
      case MEMORY -> ControlFile.write(file, Long.toString(limits.memory().count()));
      case PIDS -> ControlFile.write(file, Integer.toString(limits.processes()));
      case CPU -> {
        if (in.hierarchy().unified()) {
          ControlFile.write(file, limits.quotaMicros() + " " + CgroupLimits.PERIOD_MICROS);
        } else {
          ControlFile.write(
              in.path().resolve("cpu.cfs_period_us"), Long.toString(CgroupLimits.PERIOD_MICROS));
          ControlFile.write(file, Long.toString(limits.quotaMicros()));
        }
      }
    }
  }

  Set<Controller> usable() {
    var usable = EnumSet.noneOf(Controller.class);
    for (Directory d : directories) usable.addAll(d.hierarchy().usable(d.path()));
    return usable;
  }

  private Optional<Path> unified() {
    return directories.stream()
        .filter(d -> d.hierarchy().unified())
        .map(Directory::path)
        .findFirst();
  }

  @Override
  public String toString() {
    return paths().toString();
  }
}
