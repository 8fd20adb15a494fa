package atoll.vmm.firecracker;

import atoll.vmm.Accelerator;
import atoll.vmm.Jail;
import atoll.vmm.RawDisks;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import atoll.vmm.VmmKind;
import atoll.vmm.io.PipeReader;
import java.io.IOException;

/// Firecracker under KVM: one process per VM.
///
/// - **Jail** by Firecracker's own jailer where there is one; else an unprivileged user in the
///   slot's network namespace and control group, without new privileges. In both cases the monitor
///   has no right to make a tap, so in a wrong namespace it fails instead of running deaf.
/// - **Restore** the memory file is mapped privately, read-only for the monitor.
/// - **Disk** a raw file that [RawDisks] shows; a guest's flush reaches the host's disk.
/// - **Not used** MMDS, balloon, rate limits, diff snapshots, PCI: docs/decisions/035 and 036.
/// - **Threads** safe anywhere; one thread reads the pipes of all VMs of a driver.
/// - **Source** Firecracker 1.10 to 1.16, `docs/`.
public final class FirecrackerVmm implements Vmm {
  private final FirecrackerProgram program;
  private final RawDisks disks;
  private final PipeReader reader;

  public FirecrackerVmm(FirecrackerProgram program, RawDisks disks) throws IOException {
    this.program = program;
    this.disks = disks;
    reader = new PipeReader("vmm-pipes");
  }

  @Override
  public VmmKind kind() {
    return VmmKind.FIRECRACKER;
  }

  @Override
  public Accelerator accelerator() {
    return Accelerator.KVM;
  }

  @Override
  public String snapshotFormat() {
    return "firecracker-" + program.version() + "/" + accelerator().label();
  }

  @Override
  public Vm start(VmSpec spec, Jail jail) throws IOException {
    return new FirecrackerLaunch(program, disks, reader, spec, jail).start();
  }

  /// What the guest printed while nobody read is in its pipe, up to 64 KiB.
  @Override
  public Vm adopt(VmSpec spec, Jail jail, long pid, long startTicks) throws IOException {
    return new FirecrackerAdoption(disks, reader, spec, jail).take(pid, startTicks);
  }
}
