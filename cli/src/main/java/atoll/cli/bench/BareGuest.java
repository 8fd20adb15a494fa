package atoll.cli.bench;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.net.FdSocket;
import atoll.linux.net.NamespaceDialer;
import atoll.node.network.SlotJournal;
import atoll.node.network.SlotLease;
import atoll.node.network.SlotPool;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.ExecRequest;
import atoll.protocol.agent.InitRequest;
import atoll.template.Template;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A guest on a bare monitor, without ledger, gate, cgroup, control or edge: what a create is
/// compared with.
///
/// Holds one slot and one jail for all its runs; [#close()] ends the guest and removes both, and so
/// does the end of this process by SIGINT or SIGTERM. Nothing is journaled: after a kill -9 the
/// guest, `/run/netns/atoll-*` and the folder in `/tmp` stay.
final class BareGuest implements AutoCloseable {
  private static final int UID = 69_990;
  private static final String MAC = "02:FC:00:00:00:05";

  /// As the builder's: a cold boot takes 8 to 16 s under TCG, several times that on a busy host.
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private static final long RETRY_MILLIS = 20;
  private static final int CONSOLE_LINES = 12;

  /// Milliseconds from the monitor's start.
  record Times(double agent, double exec) {}

  private final Vmm vmm;
  private final Template template;
  private final int sharedGid;
  private final Path folder;
  private final NamespaceDialer dialer = new NamespaceDialer();
  private final SlotPool pool;
  private final SlotLease slot;
  private final Thread atExit = new Thread(this::closeQuietly, "bare-guest-exit");
  private Vm running; // LOCK: this
  private boolean closed; // LOCK: this

  BareGuest(Vmm vmm, Template template, int sharedGid) throws IOException {
    this.vmm = vmm;
    this.template = template;
    this.sharedGid = sharedGid;
    this.folder = Files.createTempDirectory("atoll-bench-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    this.pool = SlotPool.open(Path.of("/run/netns"), 1, 2, SlotJournal.NONE, dialer);
    this.slot = pool.claim(Deadline.after(LONGEST));
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Times restore(String name) throws Exception {
    return run(name, template.restore());
  }

  Times coldBoot(String name) throws Exception {
    return run(
        name,
        new VmSpec.Origin.ColdBoot(
            template.kernel(), template.initramfs(), template.kernelArguments(), null));
  }

  private Times run(String name, VmSpec.Origin origin) throws Exception {
    Path jail = Files.createDirectory(folder.resolve(name));
    own(jail);
    Path overlay = overlay(jail);
    var spec =
        new VmSpec(name, template.info().cpuCount(), template.memorySize(), overlay, MAC, origin);
    var deadline = Deadline.after(LONGEST);
    try (Fd tap = slot.openTap()) {
      long start = System.nanoTime();
      Vm vm =
          started(
              spec, new Jail(jail, slot.slot().netns().descriptor(), tap, UID, sharedGid, _ -> {}));
      try {
        vm.run(deadline);
        return reach(start, deadline);
      } catch (IOException e) {
        throw new IOException(
            e.getMessage() + "\n" + String.join("\n", vm.consoleTail(CONSOLE_LINES)), e);
      } finally {
        vm.stop(Deadline.after(Duration.ofSeconds(10)));
      }
    }
  }

  private synchronized Vm started(VmSpec spec, Jail jail) throws IOException {
    if (closed) throw new IOException("the benchmark was ended");
    running = vmm.start(spec, jail);
    return running;
  }

  private Times reach(long start, Deadline deadline) throws Exception {
    while (true) {
      try (var agent = new AgentClient(connect(deadline.within(Duration.ofMillis(900))), null)) {
        if (!agent.health(deadline)) throw new IOException("the agent is not well");
        double healthy = millisSince(start);
        agent.init(nobody(), deadline); // without it the agent does no work
        agent.exec(ExecRequest.as("root", "sh", "-c", "echo hi"), 1024, deadline);
        return new Times(healthy, millisSince(start));
      } catch (IOException notYet) {
        if (deadline.expired()) throw notYet;
        TimeUnit.MILLISECONDS.sleep(
            RETRY_MILLIS); // a closed port gives no event; fine beside a boot of seconds
      }
    }
  }

  private static InitRequest nobody() {
    return new InitRequest(null, Map.of(), Instant.now(), null, null, null, null, null, null, null);
  }

  private Connection connect(Deadline deadline) throws IOException {
    return FdSocket.connect(new Fd(slot.socket()), slot.slot().guest(), AgentClient.PORT, deadline);
  }

  private Path overlay(Path jail) throws IOException, InterruptedException {
    Path overlay = jail.resolve("overlay.qcow2");
    var tool =
        new ProcessBuilder(
                "qemu-img",
                "create",
                "-q",
                "-f",
                "qcow2",
                "-F",
                "raw",
                "-b",
                template.disk().toString(),
                overlay.toString())
            .inheritIO()
            .start();
    if (!tool.waitFor(30, TimeUnit.SECONDS) || tool.exitValue() != 0)
      throw new IOException("qemu-img failed");
    own(overlay);
    return overlay;
  }

  private static void own(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", UID);
    Files.setAttribute(path, "unix:gid", UID);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private void closeQuietly() {
    try {
      end();
    } catch (IOException e) {
      System.getLogger(BareGuest.class.getName())
          .log(System.Logger.Level.WARNING, "something of a benchmark's guest is left", e);
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      return; // the hook does it
    }
    end();
  }

  private synchronized void end() throws IOException {
    if (closed) return;
    closed = true;
    if (running != null) running.stop(Deadline.after(Duration.ofSeconds(10)));
    slot.close();
    pool.close();
    dialer.close();
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
    }
  }
}
