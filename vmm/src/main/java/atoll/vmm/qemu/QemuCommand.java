package atoll.vmm.qemu;

import atoll.vmm.Accelerator;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line of one QEMU process.
///
/// Template and clone must describe the same machine, device by device: the saved device state fits
/// no other. They differ in three things only: how memory is mapped, whether a kernel is named, and
/// `-incoming`.
final class QemuCommand {
  /// The descriptors that the process inherits, by number.
  static final int TAP = 3;

  static final int CONTROL = 4;
  static final int DEVICE_STATE = 5;

  /// Memory is not part of core dumps and is not merged with other guests' (no side channel between
  /// tenants).
  private static final String MACHINE =
      "microvm,acpi=on,pcie=off,rtc=off,dump-guest-core=off,mem-merge=off,memory-backend=ram";

  static final String SANDBOX =
      "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

  private final QemuProgram qemu;
  private final Accelerator accelerator;
  private final VmSpec spec;
  private final List<String> words = new ArrayList<>();

  private QemuCommand(QemuProgram qemu, Accelerator accelerator, VmSpec spec) {
    this.qemu = qemu;
    this.accelerator = accelerator;
    this.spec = spec;
  }

  static List<String> of(
      QemuProgram qemu, Accelerator accelerator, VmSpec spec, Path consoleSocket) {
    return new QemuCommand(qemu, accelerator, spec).build(consoleSocket);
  }

  private List<String> build(Path consoleSocket) {
    words.add(qemu.binary().toString());
    add("-name", "atoll-" + spec.name());
    words.addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot", "-S"));
    add("-display", "none");
    add("-sandbox", SANDBOX);
    machine();
    add("-object", memory());
    origin();
    add("-chardev", "socket,id=control,fd=" + CONTROL + ",server=on,wait=off");
    add("-mon", "chardev=control,mode=control");
    add("-chardev", "socket,id=console,path=" + quoted(consoleSocket));
    add("-serial", "chardev:console");
    devices();
    return List.copyOf(words);
  }

  private void machine() {
    add("-machine", MACHINE);
    switch (accelerator) {
      case KVM -> {
        add("-accel", "kvm");
        add("-cpu", "host");
      }
      case TCG -> {
        add("-accel", "tcg,tb-size=" + QemuVmm.TRANSLATION_CACHE.toMib());
        add("-cpu", QemuVmm.TCG_PROCESSOR);
      }
    }
    add("-smp", Integer.toString(spec.cpuCount()));
    add("-m", spec.memory().toMib() + "M");
  }

  private String memory() {
    String size = ",id=ram,size=" + spec.memory().toMib() + "M";
    return switch (spec.origin()) {
      case Origin.ColdBoot boot when boot.memoryFile() == null -> "memory-backend-ram" + size;
      case Origin.ColdBoot boot ->
          "memory-backend-file" + size + ",share=on,mem-path=" + quoted(boot.memoryFile());
      case Origin.Restore restore ->
          "memory-backend-file"
              + size
              + ",share=off"
              + (qemu.mapsReadOnlyFiles() ? ",readonly=on,rom=off" : "")
              + ",mem-path="
              + quoted(restore.memoryFile());
    };
  }

  private void origin() {
    switch (spec.origin()) {
      case Origin.Restore _ -> add("-incoming", "defer");
      case Origin.ColdBoot boot -> {
        add("-kernel", boot.kernel().toString());
        if (boot.initramfs() != null) add("-initrd", boot.initramfs().toString());
        add("-append", boot.kernelArguments());
      }
    }
  }

  private void devices() {
    if (spec.disk() != null) {
      add(
          "-blockdev",
          "driver=qcow2,node-name=disk,discard=unmap,cache.no-flush=on,file.driver=file,file.cache.no-flush=on,file.filename="
              + quoted(spec.disk()));
      add("-device", "virtio-blk-device,drive=disk");
    }
    add("-netdev", "tap,id=net,fd=" + TAP);
    add("-device", "virtio-net-device,netdev=net,mac=" + spec.guestMac());
    add("-device", "virtio-rng-device");
  }

  private void add(String option, String value) {
    words.add(option);
    words.add(value);
  }

  /// In option lists a comma is written twice.
  private static String quoted(Path path) {
    return path.toString().replace(",", ",,");
  }
}
