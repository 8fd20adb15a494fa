package atoll.node;

import atoll.node.ledger.Ledger;
import atoll.node.ledger.Sweeper;
import atoll.vmm.Accelerator;
import atoll.vmm.Vmm;
import atoll.vmm.firecracker.FirecrackerProbe;
import atoll.vmm.firecracker.FirecrackerProgram;
import atoll.vmm.firecracker.FirecrackerVerdict;
import atoll.vmm.firecracker.FirecrackerVmm;
import atoll.vmm.qemu.AcceleratorProbe;
import atoll.vmm.qemu.AcceleratorVerdict;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The monitor that this node drives, and why it was chosen.
///
/// @param storage of the disks of a monitor that knows no qcow2
/// @param reason in one sentence, for people
/// @param evidence what was seen of each that was tried
record Monitors(Vmm vmm, Optional<Storage> storage, String reason, String evidence) {
  private static final System.Logger LOG = System.getLogger(Monitors.class.getName());

  /// Asks the host by running small guests, once: the verdicts stay in `run` until the kernel, a
  /// monitor or the device changes, or somebody deletes them.
  static Monitors choose(
      NodeConfig config,
      Map<String, String> environment,
      Ledger ledger,
      Sweeper sweeper,
      Owned owned)
      throws IOException {
    Path run = config.home().resolve("run");
    var qemu = QemuProgram.find();
    AcceleratorVerdict kvm =
        new AcceleratorProbe(qemu, run.resolve("accelerator.json"), Node.TEMPLATE_READERS).choose();
    Optional<FirecrackerProgram> installed =
        config.vmm() == VmmChoice.QEMU ? Optional.empty() : FirecrackerProgram.find(environment);
    Optional<FirecrackerVerdict> verdict = Optional.empty();
    if (installed.isPresent() && kvm.accelerator() == Accelerator.KVM)
      verdict =
          Optional.of(
              new FirecrackerProbe(
                      installed.get(), run.resolve("firecracker.json"), Node.TEMPLATE_READERS)
                  .ask(longer(FirecrackerProbe.LIMIT, kvm.patience())));
    MonitorDecision decision = MonitorDecision.of(config.vmm(), kvm, installed, verdict);
    if (!decision.firecracker())
      return new Monitors(
          new QemuVmm(qemu, kvm.accelerator()),
          Optional.empty(),
          decision.reason(),
          decision.evidence());
    FirecrackerProgram program = installed.orElseThrow();
    program.warning().ifPresent(lack -> LOG.log(System.Logger.Level.WARNING, lack));
    var storage = owned.add(Storage.open(config.home(), ledger, sweeper));
    return new Monitors(
        new FirecrackerVmm(program, storage.disks()),
        Optional.of(storage),
        decision.reason(),
        decision.evidence());
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  /// The entries of an earlier process, but those that this one goes on using.
  List<Ledger.Entry> without(List<Ledger.Entry> left) {
    return storage.map(s -> s.without(left)).orElse(left);
  }

  /// Sandboxes stay, and need their disks.
  void leave() {
    storage.ifPresent(Storage::leave);
  }
}
