package atoll.vmm.qemu;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A QEMU release, as its `--version` says.
record QemuVersion(int major, int minor, int micro) {
  private static final Pattern WORDS =
      Pattern.compile("QEMU emulator version (\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})");

  /// Finds the version in what QEMU printed, or says what it printed instead.
  static QemuVersion parse(String output) {
    Matcher found = WORDS.matcher(output);
    if (!found.find()) {
      throw new IllegalArgumentException(
          "no QEMU version in: " + output.lines().findFirst().orElse(""));
    }
    return new QemuVersion(number(found, 1), number(found, 2), number(found, 3));
  }

  private static int number(Matcher found, int group) {
    return Integer.parseInt(found.group(group));
  }

  boolean atLeast(int otherMajor, int otherMinor) {
    return major != otherMajor ? major > otherMajor : minor >= otherMinor;
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + micro;
  }
}
