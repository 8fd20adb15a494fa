package atoll.doctor;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.doctor.evidence.HostFacts;
import atoll.doctor.evidence.HostReader;
import atoll.doctor.evidence.JournalFile;
import atoll.doctor.evidence.Program;
import atoll.linux.cgroup.Cgroups;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.Statfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Whether this host can run sandboxes, found out by doing each thing once and taking it back: a
/// device that is present and refuses counts as missing.
public final class HostCheckup {
  private static final long LONGEST_MILLIS = 2000;
  private static final long LEAST_DISK = 1L << 30;
  private static final Path TUN = Path.of("/dev/net/tun");

  private final Path home;
  private final List<Check> checks = new ArrayList<>();

  private HostCheckup(Path home) {
    this.home = home;
  }

  /// One thing that was tried.
  ///
  /// @param state ok, broken or unknown
  /// @param remedy empty if nothing is wrong
  public record Check(String name, Hop.State state, String evidence, String remedy) {
    Json json() {
      return Json.object(
          "name", name, "state", state.word(), "evidence", evidence, "remedy", remedy);
    }
  }

  /// All checks of a host, and what they amount to.
  public record Report(Verdict verdict, List<Check> checks, double tookMs) {
    public Report {
      checks = List.copyOf(checks);
    }

    public Json.Obj json() {
      return Json.object(
          "verdict",
          verdict.word(),
          "checks",
          checks.stream().map(Check::json).toList(),
          "tookMs",
          Math.round(tookMs * 10) / 10.0);
    }
  }

  public static Report of(Path home) {
    long start = System.nanoTime();
    var checkup = new HostCheckup(home);
    checkup.run();
    return new Report(checkup.verdict(), checkup.checks, (System.nanoTime() - start) / 1e6);
  }

  private Verdict verdict() {
    if (checks.stream().anyMatch(c -> c.state() == Hop.State.BROKEN)) return Verdict.BROKEN;
    return checks.stream().anyMatch(c -> c.state() == Hop.State.UNKNOWN)
        ? Verdict.UNKNOWN
        : Verdict.HEALTHY;
  }

  private interface Trial {
    String run() throws IOException;
  }

  private void run() {
    HostFacts host = HostReader.of(home, new JournalFile(List.of(), List.of(), 0));
    check(
        "rights",
        host.root(),
        host.root() ? "root" : "not root: namespaces, cgroups and taps are out of reach",
        "run it with sudo");
    attempt(
        "tun",
        HostCheckup::openTun,
        "modprobe tun; in a container, pass the device " + TUN + " in");
    attempt(
        "namespaces",
        HostCheckup::makeNamespace,
        "this needs CAP_SYS_ADMIN: run it as root of the host");
    attempt(
        "packet filter", HostCheckup::listRules, "apt-get install nftables; modprobe nf_tables");
    attempt("control groups", HostCheckup::cgroups, "mount -t cgroup2 none /sys/fs/cgroup");
    attempt("monitor", HostCheckup::qemu, "apt-get install qemu-system-x86");
    verdict("virtualisation", "accelerator.json");
    verdict("Firecracker", "firecracker.json");
    attempt("home", this::writeHome, "free space, or choose another home with --home");
    memory(host);
    limit(
        "processes", host.tasks(), host.tasksMost(), "raise kernel.pid_max and kernel.threads-max");
    limit("open files", host.files(), host.filesMost(), "raise fs.file-max");
    reachable();
  }

  private void check(String name, boolean ok, String evidence, String remedy) {
    checks.add(new Check(name, ok ? Hop.State.OK : Hop.State.BROKEN, evidence, ok ? "" : remedy));
  }

  private void attempt(String name, Trial trial, String remedy) {
    try {
      check(name, true, trial.run(), remedy);
    } catch (IOException e) {
      check(name, false, String.valueOf(e.getMessage()), remedy);
    }
  }

  private static String openTun() throws IOException {
    try (Fd tun = FdIo.open(TUN, FdIo.O_RDWR)) {
      return TUN + " opens (descriptor " + tun.number() + ")";
    }
  }

  /// A namespace of one process, which ends at once, with a tap in it.
  private static String makeNamespace() throws IOException {
    expect("unshare", "--net", "ip", "tuntap", "add", "probe0", "mode", "tap");
    return "a namespace with a tap was made and is gone again";
  }

  private static String listRules() throws IOException {
    expect("unshare", "--net", "nft", "add table inet probe");
    return "nft makes tables";
  }

  private static String qemu() throws IOException {
    String version = expect("qemu-system-x86_64", "--version");
    return version.lines().findFirst().orElse("").strip();
  }

  /// What the last start found out by letting a guest run. Either answer is fine: it decides which
  /// monitor is used.
  private void verdict(String name, String file) {
    Path there = home.resolve("run").resolve(file);
    if (!Files.exists(there)) return;
    try {
      Json.Obj said = JsonReader.readObject(Files.readAllBytes(there));
      String reason = said.text("reason").orElse("?");
      String seen = said.text("evidence").map(e -> " (" + e + ")").orElse("");
      checks.add(new Check(name, Hop.State.OK, reason + seen, ""));
    } catch (IOException | JsonException e) {
      String why = String.valueOf(e.getMessage());
      checks.add(new Check(name, Hop.State.UNKNOWN, there + " cannot be read: " + why, ""));
    }
  }

  private static String expect(String... command) throws IOException {
    Program.Result result = Program.run(LONGEST_MILLIS, List.of(command));
    if (!result.ok()) throw new IOException(command[0] + ": " + result.output().strip());
    return result.output();
  }

  private static String cgroups() throws IOException {
    return Cgroups.detect().toString();
  }

  private String writeHome() throws IOException {
    Path there = home;
    while (there != null && !Files.exists(there)) there = there.getParent();
    Path file = Files.createTempFile(there, "doctor", ".probe");
    Files.delete(file);
    Statfs fs = Statfs.of(there);
    if (fs.available().count() < LEAST_DISK)
      throw new IOException(there + " has only " + (fs.available().count() >> 20) + " MiB left");
    if (fs.inodes() > 0 && fs.inodesFree() < 1024)
      throw new IOException(there + " has only " + fs.inodesFree() + " inodes left");
    return there + " is writable, " + (fs.available().count() >> 30) + " GiB free";
  }

  private void memory(HostFacts host) {
    boolean enough = host.memoryAvailable() > 512L << 20;
    check(
        "memory",
        enough,
        (host.memoryAvailable() >> 20) + " of " + (host.memoryTotal() >> 20) + " MiB available",
        "end other programs");
  }

  private void limit(String name, long now, long most, String remedy) {
    boolean known = now >= 0 && most > 0;
    if (!known) checks.add(new Check(name, Hop.State.UNKNOWN, "not told by this kernel", ""));
    else check(name, now < most / 100 * 95, now + " of " + most, remedy);
  }

  /// Monitors run as users of their own and must pass through every folder above the home.
  private void reachable() {
    for (Path part = home.toAbsolutePath().getParent(); part != null; part = part.getParent()) {
      try {
        if (Files.exists(part)
            && !Files.getPosixFilePermissions(part)
                .contains(java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE)) {
          check(
              "way to the home",
              false,
              "other users cannot pass through " + part,
              "chmod o+x " + part);
          return;
        }
      } catch (IOException e) {
        checks.add(new Check("way to the home", Hop.State.UNKNOWN, e.getMessage(), ""));
        return;
      }
    }
    check("way to the home", true, "every user can pass to " + home, "");
  }
}
