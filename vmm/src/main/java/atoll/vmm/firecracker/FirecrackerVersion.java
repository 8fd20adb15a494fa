package atoll.vmm.firecracker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Firecracker release, and everything in which the releases that we drive differ.
record FirecrackerVersion(int major, int minor, int patch) {
  private static final Pattern WORDS =
      Pattern.compile("(?:Firecracker|Jailer) v(\\d{1,4})\\.(\\d{1,4})\\.(\\d{1,4})\\b");
  private static final int MAJOR = 1;
  static final int OLDEST_MINOR = 10;
  static final int NEWEST_MINOR = 16;

  /// What came with which release. Source: Firecracker's CHANGELOG.md and its API description.
  enum Feature {
    /// A load may name another tap than the one at the snapshot.
    NETWORK_OVERRIDES(12);

    private final int sinceMinor;

    Feature(int sinceMinor) {
      this.sinceMinor = sinceMinor;
    }
  }

  /// Finds the version in what `--version` printed, or says what it printed instead.
  static FirecrackerVersion parse(String output) {
    Matcher found = WORDS.matcher(output);
    if (!found.find())
      throw new IllegalArgumentException(
          "no Firecracker version in: " + output.lines().findFirst().orElse(""));
    return new FirecrackerVersion(number(found, 1), number(found, 2), number(found, 3));
  }

  private static int number(Matcher found, int group) {
    return Integer.parseInt(found.group(group));
  }

  /// Whether this is one of the releases that we drive: 1.10 to 1.16.
  boolean isDriven() {
    return major == MAJOR && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
  }

  boolean has(Feature feature) {
    return minor >= feature.sinceMinor;
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
