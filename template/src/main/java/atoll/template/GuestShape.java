package atoll.template;

import atoll.vmm.Accelerator;
import atoll.vmm.KernelArguments;
import java.io.IOException;

/// What is the same in every guest, so that a snapshot resumes in any slot.
final class GuestShape {
  static final String MAC = "02:FC:00:00:00:05";
  private static final String NETWORK =
      "ip=169.254.0.21::169.254.0.22:255.255.255.252:atoll:eth0:off";

  private GuestShape() {}

  static String kernelArguments(Accelerator accelerator) throws IOException {
    String common = "console=ttyS0 quiet reboot=t panic=1 " + NETWORK;
    return String.join(" ", common, String.join(" ", KernelArguments.usual(accelerator))).strip();
  }
}
