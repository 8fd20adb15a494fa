package atoll.template;

import atoll.vmm.Accelerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is the same in every guest, so that a snapshot resumes in any slot.
final class GuestShape {
  static final String MAC = "02:FC:00:00:00:05";
  private static final String NETWORK =
      "ip=169.254.0.21::169.254.0.22:255.255.255.252:atoll:eth0:off";

  private GuestShape() {}

  static String kernelArguments(Accelerator accelerator) throws IOException {
    String common = "console=ttyS0 quiet reboot=t panic=1 " + NETWORK;
    return switch (accelerator) {
      case KVM -> common;
      case TCG ->
          common + " tsc=reliable no_timer_check norandmaps mitigations=off tsc_early_khz=" + khz();
    };
  }

  private static long khz() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("cpu MHz"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .mapToLong(mhz -> Math.round(Double.parseDouble(mhz) * 1000))
        .findFirst()
        .orElseThrow(() -> new IOException("/proc/cpuinfo names no frequency"));
  }
}
