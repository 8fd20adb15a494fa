package atoll.node.real;

import atoll.core.Deadline;
import atoll.core.SandboxId;
import atoll.linux.cgroup.Cgroups;
import atoll.linux.net.NamespaceDialer;
import atoll.node.gate.GateLimits;
import atoll.node.gate.GuestAgent;
import atoll.node.gate.Identity;
import atoll.node.host.BuildPlaces;
import atoll.node.host.KernelEvidence;
import atoll.node.host.KernelGroups;
import atoll.node.host.KernelMemory;
import atoll.node.host.KernelSurvivors;
import atoll.node.host.KernelSweeper;
import atoll.node.host.LedgerSlotJournal;
import atoll.node.host.PooledSlots;
import atoll.node.ledger.Failpoint;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Recovery;
import atoll.node.ledger.Survivor;
import atoll.node.network.SlotPool;
import atoll.node.sandbox.Sandboxes;
import atoll.node.sandbox.Seats;
import atoll.node.sandbox.Workshop;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.template.Template;
import atoll.vmm.Accelerator;
import atoll.vmm.Vmm;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A node on the running kernel with real monitors, whose guests are stubs and whose agents are
/// played.
final class RealHost implements AutoCloseable {
  static final Path ANCHORS = Path.of("/run/netns");

  final Path home;
  final Vmm vmm;
  final Ledger ledger;
  final Recovery.Report recovered;
  final List<SandboxExit> lost;
  final Template template;
  final Sandboxes sandboxes;
  final BuildPlaces builds;
  volatile boolean agentsAreSick;
  private final NamespaceDialer dialer = new NamespaceDialer();
  private final SlotPool pool;

  RealHost(Path home, Failpoint failpoint) throws IOException {
    this(home, failpoint, new QemuVmm(QemuProgram.find(), Accelerator.TCG));
  }

  RealHost(Path home, Failpoint failpoint, Vmm vmm) throws IOException {
    this.home = home;
    this.vmm = vmm;
    Files.createDirectories(home.resolve("sandboxes"));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    Files.setPosixFilePermissions(
        home.resolve("sandboxes"), PosixFilePermissions.fromString("rwx--x--x"));
    var groups = new KernelGroups(Cgroups.detect());
    ledger = Ledger.open(home.resolve("journal"));
    Survivor.Sorted left = Survivor.sort(ledger.left(), new KernelSurvivors());
    recovered = Recovery.run(ledger, left.strays(), new KernelSweeper(home, groups));
    template = StubTemplate.make(home.resolve("template"), vmm);
    pool = SlotPool.open(ANCHORS, 2, 60, new LedgerSlotJournal(ledger), dialer);
    var workshop =
        new Workshop(
            home,
            ledger,
            new PooledSlots(pool),
            Seats.NONE,
            groups,
            vmm,
            new KernelEvidence(),
            _ -> new PlayedAgent(),
            new KernelMemory(),
            RealHost::give,
            1,
            GateLimits.RESTORE,
            failpoint);
    sandboxes = new Sandboxes(workshop, 2);
    lost = sandboxes.adopt(left.survivors(), _ -> template);
    builds = new BuildPlaces(workshop);
  }

  static Path newHome() throws IOException {
    Path home = Files.createTempDirectory("atoll-node-");
    return Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
  }

  static CreateSandbox request(String id) {
    return new CreateSandbox(new SandboxId(id), "stub", null, Map.of(), EgressPolicy.OPEN, null);
  }

  /// What this home has on the host besides its stock of slots: monitors, groups, folders.
  static List<String> left(Path home) throws IOException {
    var left = new ArrayList<String>();
    ProcessHandle.allProcesses()
        .filter(p -> p.info().command().orElse("").contains("qemu"))
        .filter(p -> commandLine(p.pid()).contains(home + "/"))
        .forEach(p -> left.add("process " + p.pid()));
    try (var folders = Files.list(home.resolve("sandboxes"))) {
      folders.forEach(f -> left.add(f.toString()));
    }
    return left;
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(
          Path.of("/proc/" + pid + "/cmdline"), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  private static void give(Path path, int uid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid);
    Files.setAttribute(path, "unix:gid", uid);
  }

  /// Leaves what runs to the next host on this home.
  void leave() throws IOException {
    List<String> failed = sandboxes.leave();
    builds.close();
    pool.leave();
    dialer.close();
    ledger.close();
    if (!failed.isEmpty()) throw new IOException(failed.toString());
  }

  @Override
  public void close() throws IOException {
    List<String> failed = sandboxes.close();
    builds.close();
    pool.close();
    dialer.close();
    ledger.close();
    if (!failed.isEmpty()) throw new IOException(failed.toString());
  }

  private final class PlayedAgent implements GuestAgent {
    @Override
    public void connect(Deadline deadline) {}

    @Override
    public void health(Deadline deadline) throws IOException {
      if (agentsAreSick) throw new IOException("HTTP 500");
    }

    @Override
    public String init(Identity identity, Deadline deadline) {
      return "0.0.0";
    }

    @Override
    public void close() {}
  }
}
