package atoll.cli.bench.vmm;

import atoll.cli.bench.vmm.Machine.Course;
import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FileTree;
import atoll.linux.net.FdSocket;
import atoll.linux.net.NamespaceDialer;
import atoll.node.Node;
import atoll.node.network.SlotJournal;
import atoll.node.network.SlotLease;
import atoll.node.network.SlotPool;
import atoll.protocol.agent.AgentClient;
import atoll.template.Template;
import atoll.vmm.Accelerator;
import atoll.vmm.Jail;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import atoll.vmm.firecracker.FirecrackerProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One slot and one folder in which monitors are measured, one after the other; [#close()] removes
/// both.
public final class Place implements AutoCloseable {
  private static final int UID = 69_991;
  private static final String MAC = "02:FC:00:00:00:05";
  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Duration ATTEMPT = Duration.ofMillis(900);
  private static final long RETRY_MILLIS = 2;

  /// In each rehearsal: one for each start leaves part of a pause's own code to the interpreter.
  private static final int PAUSES = 10;

  /// After the agent's first answer a clone is busy for a moment, and so is the host after its end;
  /// idle is what comes then.
  private static final long SETTLE_MILLIS = 500;

  private final Vmm vmm;
  private final Template template;
  private final Path folder;
  private final NamespaceDialer dialer = new NamespaceDialer();
  private final SlotPool pool;
  private final SlotLease slot;

  public Place(Vmm vmm, Template template) throws IOException {
    this.vmm = vmm;
    this.template = template;
    this.folder =
        Files.createTempDirectory(template.disk().getParent().getParent().getParent(), "bench-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    this.pool = SlotPool.open(Path.of("/run/netns"), 1, 2, SlotJournal.NONE, dialer);
    this.slot = pool.claim(Deadline.after(LONGEST));
  }

  public Machine driven(String name) throws IOException {
    Path jail = jail(name, UID);
    Path overlay = overlay(jail, UID);
    var spec =
        new VmSpec(
            name,
            template.info().cpuCount(),
            template.memorySize(),
            overlay,
            MAC,
            template.restore());
    return new Driven(
        vmm,
        spec,
        new Jail(
            jail,
            slot.slot().netns().descriptor(),
            slot.openTap(),
            UID,
            Node.TEMPLATE_READERS,
            _ -> {}));
  }

  public Machine qemuByHand(String name, Accelerator accelerator) throws IOException {
    Path jail = jail(name, 0);
    overlay(jail, 0);
    return new QemuByHand(accelerator, template, MAC, anchor(), jail);
  }

  public Machine firecrackerByHand(String name, FirecrackerProgram program) throws IOException {
    return new FirecrackerByHand(program, template, anchor(), jail(name, 0));
  }

  private Path anchor() {
    return slot.slot().netns().anchor();
  }

  private Path jail(String name, int uid) throws IOException {
    Path jail = Files.createDirectory(folder.resolve(name));
    own(jail, uid);
    return jail;
  }

  private Path overlay(Path jail, int uid) throws IOException {
    Path overlay = jail.resolve("overlay.qcow2");
    String base = template.disk().toString();
    run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", base, overlay.toString());
    own(overlay, uid);
    return overlay;
  }

  private static void own(Path path, int uid) throws IOException {
    Files.setAttribute(path, "unix:uid", uid);
    Files.setAttribute(path, "unix:gid", uid);
  }

  static void run(String... words) throws IOException {
    var tool = new ProcessBuilder(List.of(words)).inheritIO().start();
    try {
      if (!tool.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS) || tool.exitValue() != 0)
        throw new IOException(words[0] + " failed");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      tool.destroyForcibly();
    }
  }

  /// The whole life of one monitor; what it leaves in the folder goes with it.
  public Course course(Machine machine) throws Exception {
    var deadline = Deadline.after(LONGEST);
    try (machine) {
      settle(); // what the last one left to the kernel is not this one's
      long start = System.nanoTime();
      machine.spawn();
      machine.run(deadline);
      double running = millisSince(start);
      awaitAgent(deadline);
      double agent = millisSince(start);
      settle();
      double memory = ownMemory(machine.pid());
      long pause = System.nanoTime();
      machine.pause(deadline);
      return new Course(running, agent, millisSince(pause), memory);
    } finally {
      clear();
    }
  }

  /// A start for the compilers to see, of which nothing is measured.
  public void rehearse(Machine machine) throws Exception {
    var deadline = Deadline.after(LONGEST);
    try (machine) {
      machine.spawn();
      machine.run(deadline);
      machine.pause(deadline);
      for (int i = 1; i < PAUSES; i++) {
        machine.resume(deadline);
        machine.pause(deadline);
      }
    } finally {
      clear();
    }
  }

  /// Outside what is timed.
  private static void settle() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
  }

  private void clear() throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) FileTree.remove(file); // copies of a disk would fill the host's
    }
  }

  private void awaitAgent(Deadline deadline) throws Exception {
    while (true) {
      try (var agent = new AgentClient(connect(deadline.within(ATTEMPT)), null)) {
        if (agent.health(deadline)) return;
      } catch (IOException notYet) {
        if (deadline.expired()) throw notYet;
      }
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS); // a closed port gives no event
    }
  }

  private FdSocket connect(Deadline deadline) throws IOException {
    return FdSocket.connect(new Fd(slot.socket()), slot.slot().guest(), AgentClient.PORT, deadline);
  }

  /// Pages that are this process's alone, proc(5) smaps_rollup: the snapshot's are everybody's.
  private static double ownMemory(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")))
      if (line.startsWith("Anonymous:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
    throw new IOException("the kernel does not tell the memory of process " + pid);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() throws IOException {
    slot.close();
    pool.close();
    dialer.close();
    FileTree.remove(folder);
  }
}
