package atoll.control.store;

import java.util.Locale;

/// What control knows of a sandbox's life: starting, then running, then killing, then ended; any of
/// them may end at once.
public enum SandboxState {
  STARTING,
  RUNNING,
  KILLING,
  ENDED;

  static SandboxState of(String stored) {
    return valueOf(stored.toUpperCase(Locale.ROOT));
  }
}
