package atoll.node.real;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.node.disk.Qcow2Overlay;
import atoll.protocol.node.TemplateInfo;
import atoll.template.Template;
import atoll.testkit.FakeVmm;
import atoll.testkit.StubGuest;
import atoll.testkit.TestSlot;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A snapshot of the stub guest in place of a template: a real monitor, a real restore, 64 MiB, no
/// operating system.
final class StubTemplate {
  private static final Bytes MEMORY = Bytes.mib(64);

  private StubTemplate() {}

  static Template make(Path folder, Vmm vmm) throws IOException {
    Path kernel = folder.resolve("vmlinux");
    Path disk = folder.resolve("disk.raw");
    Path memory = folder.resolve("memory");
    Path state = folder.resolve("device-state");
    // A later process must not touch memory that the guests of an earlier one have mapped.
    if (!Files.exists(state)) build(folder, vmm);
    return new Template(
        info(), disk, memory, state, kernel, kernel, "", "recipe", vmm.snapshotFormat());
  }

  private static void build(Path folder, Vmm vmm) throws IOException {
    Files.createDirectories(folder);
    Path kernel = StubGuest.write(folder.resolve("vmlinux"));
    Path disk = sized(folder.resolve("disk.raw"), 1 << 20);
    Path memory = sized(folder.resolve("memory"), MEMORY.count());
    Path state = folder.resolve("device-state");
    try (TestSlot slot = TestSlot.create()) {
      Path overlay = slot.jail().directory().resolve("overlay.qcow2");
      Qcow2Overlay.create(overlay, disk);
      TestSlot.own(overlay, TestSlot.UID);
      var origin = new VmSpec.Origin.ColdBoot(kernel, null, "", memory);
      Vm vm =
          vmm.start(
              new VmSpec("stub-template", 1, MEMORY, overlay, "02:FC:00:00:00:05", origin),
              slot.jail());
      try {
        vm.run(soon());
        if (!(vmm instanceof FakeVmm)) awaitTick(vm);
        vm.pause(soon());
        vm.saveDeviceState(state, soon());
      } finally {
        vm.stop(soon());
      }
    }
  }

  /// Its timer runs from then on: a guest that is saved before never ticks.
  private static void awaitTick(Vm vm) throws IOException {
    Deadline deadline = soon();
    while (vm.consoleTail(1).stream().noneMatch(line -> line.startsWith(StubGuest.TICK))) {
      if (deadline.expired()) throw new IOException("the stub guest does not tick");
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }

  /// Readable and writable for every monitor, whatever group it has.
  private static Path sized(Path path, long size) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  private static TemplateInfo info() {
    return new TemplateInfo(
        "stubstubstubstubstub",
        List.of("stub"),
        UUID.randomUUID(),
        1,
        MEMORY.toMib(),
        1,
        "0.0.0",
        "qemu/tcg",
        Instant.now());
  }

  private static Deadline soon() {
    return Deadline.after(Duration.ofSeconds(20));
  }
}
