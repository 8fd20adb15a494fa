package atoll.template;

import atoll.core.Deadline;
import atoll.template.image.Tool;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Boots a template's guest from its kernel, without the snapshot, until the agent answers: what a
/// restore is compared with.
///
/// - **Owner** nobody: when [#once] returns or fails, nothing of the boot is left.
/// - **Threads** the caller's own platform thread.
public record ColdBoot(Vmm vmm, BuildHost host, Template template) {
  private static final Duration STOP = Duration.ofSeconds(10);

  /// Time from the monitor's start to the agent's first healthy answer. `name` differs for each
  /// boot.
  ///
  /// Fails with a [atoll.core.Refusal] that carries the guest's last console lines.
  public Duration once(String name, Deadline deadline) throws IOException {
    try (BuildSlot slot = host.open(name)) {
      Path overlay = overlay(slot, deadline);
      long start = System.nanoTime();
      Vm vm = vmm.start(spec(name, overlay), slot.jail());
      try {
        vm.run(deadline);
        new BuildGuest(vm, slot).awaitAgent(deadline);
        return Duration.ofNanos(System.nanoTime() - start);
      } finally {
        vm.stop(Deadline.after(STOP));
      }
    }
  }

  private VmSpec spec(String name, Path overlay) {
    var origin =
        new Origin.ColdBoot(
            template.kernel(), template.initramfs(), template.kernelArguments(), null);
    return new VmSpec(
        name, template.info().cpuCount(), template.memorySize(), overlay, GuestShape.MAC, origin);
  }

  private Path overlay(BuildSlot slot, Deadline deadline) throws IOException {
    Path overlay = slot.jail().directory().resolve("overlay.qcow2");
    String base = template.disk().toString();
    new Tool("qemu-img", "qemu-utils")
        .run(
            slot.jail().directory(),
            deadline,
            List.of("create", "-q", "-f", "qcow2", "-F", "raw", "-b", base, overlay.toString()));
    Files.setAttribute(overlay, "unix:uid", slot.jail().uid());
    Files.setAttribute(overlay, "unix:gid", slot.jail().uid());
    return overlay;
  }
}
