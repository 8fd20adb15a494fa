package atoll.node.host;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.linux.cgroup.Cgroup;
import atoll.linux.cgroup.CgroupLimits;
import atoll.linux.cgroup.Cgroups;
import atoll.node.sandbox.Groups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Control groups of this host, whatever version it mounts.
public final class KernelGroups implements Groups {
  private static final int MOST_TASKS =
      256; // a monitor's virtual CPUs and I/O workers, several times over
  private static final double EMULATOR_SHARE =
      0.5; // of a processor, for device emulation beside the virtual CPUs
  private static final String KILLS = "oom_kill ";
  private static final Duration LONGEST_END =
      Duration.ofSeconds(5); // killed members leave within milliseconds

  private final Cgroups cgroups;

  public KernelGroups(Cgroups cgroups) {
    this.cgroups = cgroups;
  }

  @Override
  public Group create(String name, long memoryBytes, int cpus) throws IOException {
    var limits = new CgroupLimits(new Bytes(memoryBytes), MOST_TASKS, cpus + EMULATOR_SHARE);
    return new KernelGroup(cgroups.create(name, limits));
  }

  @Override
  public Group open(String name) {
    return new KernelGroup(cgroups.open(name));
  }

  @Override
  public boolean sweep(String name) throws IOException {
    Cgroup group = cgroups.open(name);
    boolean there = group.paths().stream().anyMatch(Files::isDirectory);
    if (there) end(group);
    return there;
  }

  /// Whether a group of this name is there.
  boolean exists(String name) {
    return cgroups.open(name).paths().stream().anyMatch(Files::isDirectory);
  }

  /// Names of groups that begin so.
  List<String> names(String mark) throws IOException {
    return cgroups.names().stream().filter(name -> name.startsWith(mark)).toList();
  }

  @Override
  public String kind() {
    return cgroups.mode().word();
  }

  /// The count after `oom_kill`, in the files of both versions; 0 where there is none.
  static long kills(Path file) {
    try {
      return Files.readString(file)
          .lines()
          .filter(l -> l.matches(KILLS + "[0-9]{1,18}"))
          .mapToLong(l -> Long.parseLong(l.substring(KILLS.length())))
          .findFirst()
          .orElse(0);
    } catch (IOException notThere) {
      return 0;
    }
  }

  private static void end(Cgroup group) throws IOException {
    group.kill();
    if (!group.awaitEmpty(Deadline.after(LONGEST_END))) {
      throw new IOException("processes " + group.members() + " of " + group + " do not end");
    }
    group.remove();
  }

  private record KernelGroup(Cgroup cgroup) implements Group {
    @Override
    public void place(long pid) throws IOException {
      cgroup.place(pid);
    }

    @Override
    public List<String> paths() {
      return cgroup.paths().stream().map(Path::toString).toList();
    }

    @Override
    public long killedForMemory() {
      return cgroup.paths().stream()
          .flatMap(p -> Stream.of(p.resolve("memory.events"), p.resolve("memory.oom_control")))
          .mapToLong(KernelGroups::kills)
          .max()
          .orElse(0);
    }
  }
}
