package atoll.doctor.repair;

import atoll.doctor.evidence.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.Map;

/// Lets a monitor run again as the node started it.
final class MonitorRepairs {
  private static final int SIGCONT = 18;
  private static final long EMULATOR_MIB = 640;
  private static final long PERIOD_MICROS = 100_000;

  private MonitorRepairs() {}

  static Map<String, Repair> all() {
    var all = new HashMap<String, Repair>();
    all.put("vmm.stopped", p -> p.signal(SIGCONT));
    all.put("vmm.frozen", MonitorRepairs::thaw);
    all.put("vmm.niced", MonitorRepairs::plainPriority);
    all.put("vmm.ungrouped", MonitorRepairs::regroup);
    all.put("vmm.throttled", MonitorRepairs::quota);
    all.put("vmm.memory_tight", MonitorRepairs::memory);
    all.put("vmm.tasks_full", p -> p.limit("pids", "pids.max", "pids.max", "256", "256"));
    all.put("vmm.light", p -> p.limit("cpu", "cpu.weight", "cpu.shares", "100", "1024"));
    all.put("vmm.overlay_owner", MonitorRepairs::own);
    return all;
  }

  private static void thaw(Patient p) throws IOException {
    Path group = Path.of(p.seen().group().frozen());
    boolean version1 = Files.exists(group.resolve("freezer.state"));
    Files.writeString(
        group.resolve(version1 ? "freezer.state" : "cgroup.freeze"), version1 ? "THAWED" : "0");
  }

  private static void plainPriority(Patient p) throws IOException {
    for (String thread : p.threads()) {
      p.host("chrt", "--other", "--pid", "0", thread);
      p.host("renice", "-n", "0", "-p", thread);
    }
  }

  /// Its group still exists where the node made it: below `atoll`, ending with the run's name.
  private static void regroup(Patient p) throws IOException {
    boolean found = false;
    for (Path now : p.groups().values()) {
      for (Path up = now; up != null && up.startsWith("/sys/fs/cgroup"); up = up.getParent()) {
        Path own = own(up.resolve("atoll"), p.seen().subject().run());
        if (own == null) continue;
        Files.writeString(own.resolve("cgroup.procs"), Long.toString(p.pid()));
        found = true;
      }
    }
    if (!found) throw new IOException("its control group does not exist any more");
  }

  private static Path own(Path parent, String run) throws IOException {
    if (!Files.isDirectory(parent)) return null;
    try (var groups = Files.newDirectoryStream(parent, "*-" + run)) {
      for (Path group : groups) return group;
    }
    return null;
  }

  private static void quota(Patient p) throws IOException {
    long quota = (long) ((p.seen().cpus() + 0.5) * PERIOD_MICROS);
    p.limit(
        "cpu", "cpu.max", "cpu.cfs_quota_us", quota + " " + PERIOD_MICROS, Long.toString(quota));
  }

  private static void memory(Patient p) throws IOException {
    String bytes = Long.toString((p.seen().memoryMib() + EMULATOR_MIB) << 20);
    p.limit("memory", "memory.max", "memory.limit_in_bytes", bytes, bytes);
  }

  private static void own(Patient p) throws IOException {
    int uid = Expected.FIRST_UID + p.seen().subject().slot();
    Files.setAttribute(p.seen().subject().overlay(), "unix:uid", uid);
    Files.setAttribute(p.seen().subject().overlay(), "unix:gid", uid);
    var rights = Files.getPosixFilePermissions(p.seen().subject().overlay());
    rights.add(PosixFilePermission.OWNER_READ);
    rights.add(PosixFilePermission.OWNER_WRITE);
    Files.setPosixFilePermissions(p.seen().subject().overlay(), rights);
  }
}
