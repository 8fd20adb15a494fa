package atoll.vmm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How fast this host's time stamp counter ticks: a guest under TCG reads the very same counter.
///
/// `/proc/cpuinfo` shows the momentary clock, which is the counter's only where the kernel does not
/// scale frequencies, as in virtual machines. On other hosts the nominal frequency is used: what
/// the processor's driver or its name says.
final class TimeStampCounter {
  private static final Pattern NOMINAL = Pattern.compile("model name\\s*:.*@ ([0-9.]{1,8})GHz");
  private static final Pattern MOMENTARY = Pattern.compile("cpu MHz\\s*:\\s*([0-9.]{1,16})");

  private TimeStampCounter() {}

  /// In kHz, or nothing where the host does not tell.
  static OptionalLong kiloHertz() throws IOException {
    return kiloHertz(Path.of("/proc/cpuinfo"), Path.of("/sys/devices/system/cpu/cpu0"));
  }

  static OptionalLong kiloHertz(Path cpuinfo, Path cpu0) throws IOException {
    OptionalLong told = number(cpu0.resolve("tsc_freq_khz"));
    if (told.isPresent()) return told;
    String info = Files.readString(cpuinfo);
    if (!Files.exists(cpu0.resolve("cpufreq"))) return scaled(MOMENTARY, info, 1e3);
    OptionalLong base = number(cpu0.resolve("cpufreq/base_frequency"));
    return base.isPresent() ? base : scaled(NOMINAL, info, 1e6);
  }

  private static OptionalLong number(Path file) throws IOException {
    if (!Files.isReadable(file)) return OptionalLong.empty();
    return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
  }

  private static OptionalLong scaled(Pattern pattern, String info, double toKiloHertz) {
    Matcher found = pattern.matcher(info);
    if (!found.find()) return OptionalLong.empty();
    return OptionalLong.of(Math.round(Double.parseDouble(found.group(1)) * toKiloHertz));
  }
}
