package atoll.template;

import atoll.core.Deadline;
import atoll.core.Patience;
import atoll.template.image.GuestImages;
import atoll.template.image.Tool;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.Vmm;
import atoll.vmm.VmmKind;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The one cold boot of a template, and the snapshot at its end.
///
/// Guest memory lies in the template's own file from the first instruction on, and the disk in an
/// overlay that is merged into the template's disk once the monitor is gone: what the snapshot
/// remembers of the disk is then what the disk holds.
final class SnapshotBoot {
  private static final Tool QEMU_IMG = new Tool("qemu-img", "qemu-utils");

  /// A cold boot takes 8 to 16 s under TCG; a busy host may need several times that.
  private static final Duration BOOT = Duration.ofMinutes(3);

  private static final Duration WARM_UP = Duration.ofMinutes(3);
  private static final Duration SNAPSHOT = Duration.ofMinutes(1);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Vmm vmm;
  private final BuildSlot slot;
  private final TemplateSpec spec;
  private final String id;
  private final TemplateFiles files;
  private final Patience patience;
  private final Steps steps;
  private final String kernelArguments;
  private final UUID buildId = UUID.randomUUID();

  SnapshotBoot(
      Vmm vmm,
      BuildSlot slot,
      TemplateSpec spec,
      String id,
      TemplateFiles files,
      Patience patience,
      Steps steps)
      throws IOException {
    this.vmm = vmm;
    this.slot = slot;
    this.spec = spec;
    this.id = id;
    this.files = files;
    this.patience = patience;
    this.steps = steps;
    kernelArguments = GuestShape.kernelArguments(vmm);
  }

  String kernelArguments() {
    return kernelArguments;
  }

  UUID buildId() {
    return buildId;
  }

  /// Boots, warms, saves; returns the agent's version.
  String take(GuestImages images, Deadline deadline) throws IOException {
    prepare(images, deadline);
    Path overlay = slot.jail().directory().resolve("overlay.qcow2");
    QEMU_IMG.run(
        files.folder(),
        deadline,
        List.of(
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "raw",
            "-b",
            files.disk().toString(),
            overlay.toString()));
    own(overlay, slot.jail().uid(), slot.jail().uid(), "rw-------");
    String version = boot(overlay, deadline);
    steps.run("merge", "merge the boot's writes", () -> merge(overlay, deadline));
    return version;
  }

  private void prepare(GuestImages images, Deadline deadline) throws IOException {
    Jail jail = slot.jail();
    Files.setPosixFilePermissions(files.folder(), PosixFilePermissions.fromString("rwx--x--x"));
    link(images.kernel(), files.kernel());
    link(images.initramfs(), files.initramfs());
    List<String> copy =
        List.of(
            "--sparse=always",
            "--reflink=auto",
            images.rootDisk().toString(),
            files.disk().toString());
    new Tool("cp", "coreutils").run(files.folder(), deadline, copy);
    own(files.disk(), 0, jail.sharedGid(), "rw-r-----");
    try (var memory = new RandomAccessFile(files.memory().toFile(), "rw")) {
      memory.setLength(spec.memory().count());
    }
    // Written by the monitor of this boot; older monitors need the right to write even for a
    // private mapping.
    own(files.memory(), 0, jail.sharedGid(), "rw-rw----");
  }

  private String boot(Path overlay, Deadline deadline) throws IOException {
    var origin =
        new Origin.ColdBoot(files.kernel(), files.initramfs(), kernelArguments, files.memory());
    var machine =
        new VmSpec("build-" + id, spec.cpuCount(), spec.memory(), overlay, GuestShape.MAC, origin);
    Vm vm = vmm.start(machine, slot.jail());
    try {
      var guest = new BuildGuest(vm, slot);
      steps.run("boot", "cold boot", () -> started(vm, guest, deadline));
      String version =
          steps.run(
              "warm-up",
              "run everything once",
              () -> guest.warm(id, buildId, deadline.within(patience.with(WARM_UP))));
      steps.run(
          "snapshot",
          "save the device state",
          () -> save(vm, deadline.within(patience.with(SNAPSHOT))));
      return version;
    } finally {
      vm.stop(Deadline.after(STOP));
    }
  }

  private Void started(Vm vm, BuildGuest guest, Deadline deadline) throws IOException {
    Deadline until = deadline.within(patience.with(BOOT));
    vm.run(until);
    guest.awaitAgent(until);
    return null;
  }

  private Void save(Vm vm, Deadline deadline) throws IOException {
    vm.pause(deadline);
    vm.saveDeviceState(files.deviceState(), deadline);
    // Firecracker maps it read-only: no clone's monitor can then write to what others start from.
    if (vmm.kind() == VmmKind.FIRECRACKER)
      own(files.memory(), 0, slot.jail().sharedGid(), "rw-r-----");
    return null;
  }

  private Void merge(Path overlay, Deadline deadline) throws IOException {
    QEMU_IMG.run(files.folder(), deadline, List.of("commit", "-q", overlay.toString()));
    Files.delete(overlay);
    // Pages that hold nothing become holes: less to keep and to read.
    new Tool("fallocate", "util-linux")
        .run(files.folder(), deadline, List.of("--dig-holes", "memory"));
    new Tool("sync", "coreutils")
        .run(files.folder(), deadline, List.of("disk.raw", "memory", "device-state"));
    return null;
  }

  private static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (java.nio.file.FileSystemException e) {
      Files.copy(from, to); // the cache lies on another file system
    }
  }

  private static void own(Path file, int uid, int gid, String permissions) throws IOException {
    for (var owner : Map.of("unix:uid", uid, "unix:gid", gid).entrySet()) {
      Files.setAttribute(file, owner.getKey(), owner.getValue());
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
