package atoll.vmm.qemu;

import atoll.core.Bytes;
import atoll.vmm.Accelerator;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import atoll.vmm.VmmKind;
import atoll.vmm.io.IoLoop;
import java.io.IOException;

/// QEMU's `microvm` machine: one process per VM, under KVM or, where no hardware virtualisation
/// works, TCG.
///
/// - **Jail** an unprivileged user in the slot's network namespace, without a right to open a tap,
///   to start a program or to change its limits (`-sandbox`); everything that needs more is opened
///   by this process and inherited.
/// - **Restore** the memory file is mapped privately, so nothing is copied. QEMU before 8.2 opens
///   it read-write even then and so needs write permission by [Jail#sharedGid()]; from 8.2 on it is
///   opened read-only (`readonly=on,rom=off`), and read permission is enough. Where tenants do not
///   trust each other, use the newer one.
/// - **Disk** flushes are not waited for: a sandbox does not outlive its host, and whoever keeps an
///   overlay forces it to disk once, after [Vm#saveDeviceState] or a pause.
/// - **Threads** safe anywhere; one I/O thread serves all VMs of a driver.
/// - **Source** QEMU, `docs/system/i386/microvm.rst`; the restore technique is known from Kata's VM
///   templating.
public final class QemuVmm implements Vmm {
  /// Room for translated code, per VM, under TCG; taken as it is filled, and emptied at once when
  /// it is full. An agent with Python and git fills 80 MiB; with 32 the same work took 60 % more
  /// processor time. QEMU's own default is a gibibyte. See docs/decisions/008.
  static final Bytes TRANSLATION_CACHE = Bytes.mib(256);

  /// The processor that TCG shows: all it has, but for the promise that `rep movsb` is fast. TCG
  /// carries it out byte by byte, and kernel, C library and JVM would clear and copy pages with it:
  /// a fresh page costs 2.4 times as much then, and a start of `sh` a quarter more.
  public static final String TCG_PROCESSOR = "max,-erms,-fsrm";

  private final QemuProgram qemu;
  private final Accelerator accelerator;
  private final IoLoop loop;

  public QemuVmm(QemuProgram qemu, Accelerator accelerator) throws IOException {
    this.qemu = qemu;
    this.accelerator = accelerator;
    loop = new IoLoop("vmm-io");
  }

  @Override
  public VmmKind kind() {
    return VmmKind.QEMU;
  }

  @Override
  public Accelerator accelerator() {
    return accelerator;
  }

  @Override
  public String snapshotFormat() {
    String processor = accelerator == Accelerator.TCG ? "/" + TCG_PROCESSOR : "";
    return "qemu-" + qemu.version() + "/" + accelerator.label() + processor;
  }

  @Override
  public Vm start(VmSpec spec, Jail jail) throws IOException {
    return new QemuLaunch(qemu, accelerator, loop, spec, jail).start();
  }

  /// The control socket listens on in QEMU, for one conversation after the other; the console is
  /// connected anew (`chardev-change`).
  @Override
  public Vm adopt(VmSpec spec, Jail jail, long pid, long startTicks) throws IOException {
    return new QemuAdoption(loop, spec, jail).take(pid, startTicks);
  }
}
