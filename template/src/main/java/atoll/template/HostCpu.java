package atoll.template;

import atoll.vmm.Accelerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The processor as far as a snapshot depends on it, in one line of text.
///
/// Under KVM the guest uses the host's own processor, so model and every flag count. Under TCG it
/// sees an emulated one, and only the speed of the time stamp counter, which the model stands for,
/// shines through.
final class HostCpu {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private HostCpu() {}

  static String identity(Accelerator accelerator) throws IOException {
    return identity(accelerator, Files.readAllLines(CPUINFO));
  }

  static String identity(Accelerator accelerator, List<String> cpuinfo) {
    Map<String, String> first = firstProcessor(cpuinfo);
    String model = first.getOrDefault("model name", "unknown");
    return switch (accelerator) {
      case TCG -> model;
      case KVM -> {
        var name = List.of("vendor_id", "cpu family", "model", "stepping");
        String numbers =
            String.join("/", name.stream().map(key -> first.getOrDefault(key, "?")).toList());
        yield model + " " + numbers + " flags " + digest(first.getOrDefault("flags", ""));
      }
    };
  }

  private static Map<String, String> firstProcessor(List<String> cpuinfo) {
    var values = new HashMap<String, String>();
    for (String line : cpuinfo) {
      int colon = line.indexOf(':');
      if (colon < 0) break;
      values.put(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
    }
    return values;
  }

  private static String digest(String flags) {
    String[] sorted = flags.split(" ");
    Arrays.sort(sorted);
    try {
      byte[] text = String.join(" ", sorted).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
