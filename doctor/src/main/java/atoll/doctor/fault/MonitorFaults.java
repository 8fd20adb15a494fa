package atoll.doctor.fault;

import atoll.doctor.evidence.DiskFacts;
import atoll.doctor.evidence.MonitorApi;
import atoll.doctor.evidence.Subject;
import atoll.doctor.repair.Patient;
import atoll.doctor.repair.Repairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Faults of the monitor's process, its control groups and its files.
final class MonitorFaults {
  /// They go through its API, or through what shows its disk.
  static final Set<String> OF_FIRECRACKER = Set.of("guest.paused", "vmm.disk_lost");

  private static final int SIGKILL = 9;
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  private static final Duration EFFECT = Duration.ofSeconds(3);

  private MonitorFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault("vmm.stopped", p -> p.signal(SIGSTOP), p -> p.signal(SIGCONT)),
        new Fault(
            "guest.paused",
            p -> MonitorApi.put(p.seen().subject(), "Paused", p.after(EFFECT)),
            p -> MonitorApi.put(p.seen().subject(), "Resumed", p.after(EFFECT))),
        Fault.lasting("vmm.disk_lost", MonitorFaults::endStorage),
        Fault.lasting("vmm.exited", MonitorFaults::kill),
        new Fault("vmm.frozen", MonitorFaults::freeze, MonitorFaults::thaw),
        mended("vmm.niced", MonitorFaults::nice),
        mended("vmm.ungrouped", MonitorFaults::ungroup),
        mended(
            "vmm.throttled",
            p -> p.limit("cpu", "cpu.max", "cpu.cfs_quota_us", "20000 100000", "20000")),
        mended(
            "vmm.memory_tight",
            p -> p.limit("memory", "memory.max", "memory.limit_in_bytes", "400M", "400M")),
        mended("vmm.tasks_full", p -> p.limit("pids", "pids.max", "pids.max", "1", "1")),
        mended("vmm.light", p -> p.limit("cpu", "cpu.weight", "cpu.shares", "1", "2")),
        mended(
            "vmm.overlay_owner",
            p -> Files.setAttribute(p.seen().subject().overlay(), "unix:uid", 0)),
        aside("vmm.overlay_missing", p -> p.seen().subject().overlay()),
        aside("vmm.control_gone", p -> p.seen().subject().controlSocket()),
        aside("vmm.console_lost", p -> p.seen().subject().console()),
        aside("vmm.folder_missing", p -> p.seen().subject().directory()),
        aside("vmm.base_missing", MonitorFaults::base),
        new Fault("vmm.base_changed", p -> touch(p, System.currentTimeMillis()), p -> touch(p, 0)),
        new Fault("vmm.double", MonitorFaults::duplicate, MonitorFaults::endDuplicates));
  }

  /// Returns when its node has noticed, which then writes down how it ended.
  private static void kill(Patient p) throws IOException {
    p.signal(SIGKILL);
    p.awaitHealth(false, EFFECT);
  }

  /// Ends the process that shows the disks of all of a node's Firecrackers.
  private static void endStorage(Patient p) throws IOException {
    if (!p.seen().api().firecracker()) throw new IOException("a QEMU opens its disk itself");
    Path folder = p.seen().subject().directory().getParent().resolveSibling("storage");
    String mark = "--pidfile\0" + folder.resolve("storage.pid") + "\0";
    ProcessHandle.allProcesses()
        .filter(h -> line(h.pid()).contains(mark))
        .findFirst()
        .orElseThrow(() -> new IOException("no storage daemon of " + folder + " runs"))
        .destroyForcibly();
    p.awaitHealth(false, EFFECT);
  }

  /// A fault whose undoing is what its repair does.
  private static Fault mended(String failure, Fault.Step inject) {
    return new Fault(failure, inject, p -> Repairs.run(failure, p));
  }

  @FunctionalInterface
  private interface Where {
    Path of(Patient patient);
  }

  private static Fault aside(String failure, Where where) {
    return new Fault(
        failure,
        p -> Files.move(where.of(p), beside(where.of(p))),
        p -> Files.move(beside(where.of(p)), where.of(p)));
  }

  private static Path beside(Path file) {
    return file.resolveSibling(file.getFileName() + ".aside");
  }

  private static Path base(Patient p) {
    DiskFacts d = p.seen().disk();
    return Path.of(d.base());
  }

  /// 0 gives it back a time before every sandbox: that of the oldest file beside it.
  private static void touch(Patient p, long millis) throws IOException {
    Path base = base(p);
    FileTime time = millis > 0 ? FileTime.fromMillis(millis + 1000) : oldestBeside(base);
    Files.setLastModifiedTime(base, time);
  }

  private static FileTime oldestBeside(Path base) throws IOException {
    FileTime oldest = Files.getLastModifiedTime(base);
    try (var files = Files.newDirectoryStream(base.getParent())) {
      for (Path file : files) {
        FileTime time = Files.getLastModifiedTime(file);
        if (time.compareTo(oldest) < 0) oldest = time;
      }
    }
    return oldest;
  }

  private static Path freezer(Subject s) {
    return Path.of("/sys/fs/cgroup/freezer/atoll-fault-" + s.run());
  }

  private static void freeze(Patient p) throws IOException {
    Path unified = p.groups().get("unified");
    boolean version1 = p.groups().containsKey("freezer");
    if (!version1) {
      Files.writeString(unified.resolve("cgroup.freeze"), "1");
      return;
    }
    Path group = freezer(p.seen().subject());
    Files.createDirectory(group);
    Files.writeString(group.resolve("cgroup.procs"), Long.toString(p.pid()));
    Files.writeString(group.resolve("freezer.state"), "FROZEN");
  }

  private static void thaw(Patient p) throws IOException {
    Path group = freezer(p.seen().subject());
    if (!Files.isDirectory(group)) {
      Files.writeString(p.groups().get("unified").resolve("cgroup.freeze"), "0");
      return;
    }
    Files.writeString(group.resolve("freezer.state"), "THAWED");
    Files.writeString(group.getParent().resolve("cgroup.procs"), Long.toString(p.pid()));
    Files.delete(group);
  }

  private static void nice(Patient p) throws IOException {
    for (String thread : p.threads()) p.host("renice", "-n", "19", "-p", thread);
  }

  private static void ungroup(Patient p) throws IOException {
    for (Path group : p.groups().values()) {
      if (!group.getFileName().toString().endsWith("-" + p.seen().subject().run())) continue;
      Files.writeString(
          group.getParent().getParent().resolve("cgroup.procs"), Long.toString(p.pid()));
    }
  }

  /// A process whose arguments claim to be this sandbox's monitor; it only sleeps.
  private static void duplicate(Patient p) throws IOException {
    new ProcessBuilder(
            "sh",
            "-c",
            "sleep 120; :",
            "-name",
            "atoll-" + p.seen().subject().run(),
            p.seen().subject().directory() + "/overlay.qcow2")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /// Ends exactly the processes that carry this sandbox's name and are shells.
  private static void endDuplicates(Patient p) {
    String name = "-name\0atoll-" + p.seen().subject().run() + "\0";
    ProcessHandle.allProcesses()
        .filter(h ->
            h.pid() != p.pid()
                && line(h.pid()).startsWith("sh\0-c\0")
                && line(h.pid()).contains(name))
        .forEach(h -> {
          h.children().forEach(ProcessHandle::destroyForcibly);
          h.destroyForcibly();
        });
  }

  private static String line(long pid) {
    try {
      return Files.readString(
          Path.of("/proc/" + pid + "/cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }
}
