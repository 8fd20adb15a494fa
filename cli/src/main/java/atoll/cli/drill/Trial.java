package atoll.cli.drill;

import java.util.List;

/// One experiment: what was broken, and what the doctor said.
///
/// @param named the top cause, empty if none
/// @param repaired null if nothing could be repaired safely
/// @param note why it could not be carried out, else empty
public record Trial(
    List<String> faults, String named, boolean hit, double tookMs, Boolean repaired, String note) {
  public Trial {
    faults = List.copyOf(faults);
  }

  public boolean carriedOut() {
    return note.isEmpty();
  }
}
