package atoll.vmm;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The part of a guest kernel's command line that depends on what executes the guest.
///
/// Under KVM a guest finds its clock by itself and keeps every hardening. Under TCG:
/// - `tsc_early_khz`, `no_timer_check`: calibrating the clock against the PIT fails on a busy host,
///   and the boot then waits for ticks that never come.
/// - `tsc=reliable`: else some boots fall back to a clock that ticks every 4 ms.
/// - `mitigations=off`: nothing is speculated under TCG, so they protect nothing and cost time.
/// - `norandmaps`: without address randomisation translated code is found again, and an exec is
///   five times faster. A trade: programs in the guest lose one hardening. [#hardened] leaves it
///   out.
///
/// - **Source** `Documentation/admin-guide/kernel-parameters.txt`; docs/decisions/004.
public final class KernelArguments {
  private KernelArguments() {}

  /// The usual choice: fast under TCG, hardened under KVM.
  public static List<String> usual(Accelerator accelerator) throws IOException {
    return of(accelerator, TimeStampCounter.kiloHertz(), false);
  }

  /// As [#usual], with address randomisation kept under TCG too.
  public static List<String> hardened(Accelerator accelerator) throws IOException {
    return of(accelerator, TimeStampCounter.kiloHertz(), true);
  }

  static List<String> of(Accelerator accelerator, OptionalLong counterKiloHertz, boolean hardened) {
    return switch (accelerator) {
      case KVM -> List.of();
      case TCG -> {
        var arguments = new ArrayList<>(List.of("no_timer_check", "mitigations=off"));
        if (!hardened) arguments.add("norandmaps");
        // A wrong frequency with `tsc=reliable` would make every clock in the guest wrong: better
        // none than a guess.
        counterKiloHertz.ifPresent(
            khz -> arguments.addAll(List.of("tsc=reliable", "tsc_early_khz=" + khz)));
        yield List.copyOf(arguments);
      }
    };
  }
}
