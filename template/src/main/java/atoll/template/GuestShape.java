package atoll.template;

import atoll.vmm.KernelArguments;
import atoll.vmm.Vmm;
import atoll.vmm.VmmKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What is the same in every guest, so that a snapshot resumes in any slot.
final class GuestShape {
  static final String MAC = "02:FC:00:00:00:05";

  private static final List<String> COMMON =
      List.of(
          "console=ttyS0",
          "quiet",
          "panic=1",
          "atoll.guest", // tells the agent that this machine is its own
          "ip=169.254.0.21::169.254.0.22:255.255.255.252:atoll:eth0:off");

  private GuestShape() {}

  /// Firecracker has a keyboard controller for nothing but resets, and one serial port: the kernel
  /// need not look for more, which takes it seconds where port accesses are slow.
  private static final List<String> FIRECRACKER =
      List.of(
          "reboot=k",
          "8250.nr_uarts=1",
          "i8042.noaux",
          "i8042.nomux",
          "i8042.dumbkbd",
          "i8042.nokbd");

  static String kernelArguments(Vmm vmm) throws IOException {
    var arguments = new ArrayList<>(COMMON);
    arguments.addAll(stopping(vmm.kind()));
    arguments.addAll(KernelArguments.usual(vmm.accelerator()));
    return String.join(" ", arguments);
  }

  /// A guest that stops or panics ends its monitor, with `panic=1`, instead of standing still.
  private static List<String> stopping(VmmKind kind) {
    return switch (kind) {
      case QEMU -> List.of("reboot=t");
      case FIRECRACKER -> FIRECRACKER;
    };
  }
}
