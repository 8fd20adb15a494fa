package atoll.core;

import java.util.ArrayList;
import java.util.List;

/// How long each stage of one start took, in the order in which the stages ended.
///
/// Stage names are part of the API: `slot_claim`, `clone`, `vmm_spawn`, `namespace_proof`,
/// `restore`, `carrier`, `agent`, `init`, `first_exec`; a cold boot has `boot` in place of
/// `restore`.
public record Timeline(List<Entry> entries) {
  /// @param millis time spent in this stage alone
  public record Entry(String stage, double millis) {}

  public Timeline {
    entries = List.copyOf(entries);
  }

  public double totalMillis() {
    return entries.stream().mapToDouble(Entry::millis).sum();
  }

  public Timeline with(String stage, double millis) {
    var more = new ArrayList<>(entries);
    more.add(new Entry(stage, millis));
    return new Timeline(more);
  }

  /// Measures stages that follow one another. Confined to one thread.
  public static final class Recorder {
    private final List<Entry> entries = new ArrayList<>();
    private long lastNanos = System.nanoTime();

    /// Ends the running stage under this name and begins the next one.
    public void mark(String stage) {
      long now = System.nanoTime();
      entries.add(new Entry(stage, (now - lastNanos) / 1e6));
      lastNanos = now;
    }

    public Timeline timeline() {
      return new Timeline(entries);
    }
  }
}
