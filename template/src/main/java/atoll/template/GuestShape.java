package atoll.template;

import atoll.vmm.Accelerator;
import atoll.vmm.KernelArguments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What is the same in every guest, so that a snapshot resumes in any slot.
final class GuestShape {
  static final String MAC = "02:FC:00:00:00:05";

  /// A guest that stops or panics ends its monitor (`reboot=t panic=1`) instead of standing still.
  private static final List<String> COMMON =
      List.of(
          "console=ttyS0",
          "quiet",
          "reboot=t",
          "panic=1",
          "atoll.guest", // tells the agent that this machine is its own
          "ip=169.254.0.21::169.254.0.22:255.255.255.252:atoll:eth0:off");

  private GuestShape() {}

  static String kernelArguments(Accelerator accelerator) throws IOException {
    var arguments = new ArrayList<>(COMMON);
    arguments.addAll(KernelArguments.usual(accelerator));
    return String.join(" ", arguments);
  }
}
