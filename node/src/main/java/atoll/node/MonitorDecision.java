package atoll.node;

import atoll.core.Refusal;
import atoll.vmm.Accelerator;
import atoll.vmm.firecracker.FirecrackerProgram;
import atoll.vmm.firecracker.FirecrackerVerdict;
import atoll.vmm.qemu.AcceleratorVerdict;
import java.util.Optional;

/// Which monitor it shall be, from what the operator wants and what the host was seen to do.
record MonitorDecision(boolean firecracker, String reason, String evidence) {
  /// @param kvm whether guests run under KVM at all, asked by QEMU
  /// @param verdict of Firecracker; empty if it was not asked, since there is none or KVM does not
  ///   work
  /// @throws Refusal.Unavailable if Firecracker is wanted and cannot be had
  static MonitorDecision of(
      VmmChoice choice,
      AcceleratorVerdict kvm,
      Optional<FirecrackerProgram> installed,
      Optional<FirecrackerVerdict> verdict) {
    String seen = kvm.evidence() + verdict.map(asked -> "; " + asked.evidence()).orElse("");
    boolean works = verdict.map(FirecrackerVerdict::works).orElse(false);
    return switch (choice) {
      case QEMU -> new MonitorDecision(false, "--vmm qemu; " + kvm.reason(), seen);
      case FIRECRACKER -> {
        if (!works) throw unavailable(kvm, installed, verdict);
        yield new MonitorDecision(true, "--vmm firecracker; " + verdict.get().reason(), seen);
      }
      case AUTO ->
          works
              ? new MonitorDecision(true, verdict.get().reason(), seen)
              : new MonitorDecision(
                  false, kvm.reason() + "; QEMU since " + why(kvm, installed, verdict), seen);
    };
  }

  private static String why(
      AcceleratorVerdict kvm,
      Optional<FirecrackerProgram> installed,
      Optional<FirecrackerVerdict> verdict) {
    if (installed.isEmpty()) return "no Firecracker is installed";
    if (kvm.accelerator() != Accelerator.KVM) return "Firecracker needs a KVM that runs guests";
    return verdict.map(FirecrackerVerdict::reason).orElse("Firecracker was not asked");
  }

  private static Refusal unavailable(
      AcceleratorVerdict kvm,
      Optional<FirecrackerProgram> installed,
      Optional<FirecrackerVerdict> verdict) {
    if (installed.isEmpty())
      return new Refusal.Unavailable(
          "firecracker_missing",
          "--vmm firecracker, and no Firecracker was found",
          "let ATOLL_FIRECRACKER name the binary, or put it on the PATH");
    String cause = kvm.accelerator() == Accelerator.KVM ? "" : kvm.reason() + "; ";
    return new Refusal.Unavailable(
        "firecracker_unusable",
        "--vmm firecracker, but " + cause + why(kvm, installed, verdict),
        "use --vmm auto or qemu; run/*.json in the home keep what was seen");
  }
}
