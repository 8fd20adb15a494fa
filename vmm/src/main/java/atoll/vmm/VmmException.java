package atoll.vmm;

import java.io.IOException;
import java.util.Optional;

/// A monitor refused a call, answered nonsense, did not answer in time, or ended. The message
/// carries its own words.
public final class VmmException extends IOException {
  private static final long serialVersionUID = 1;
  private final transient VmExit exit;
  private final String reason;

  public VmmException(String message) {
    this(message, null, null);
  }

  public VmmException(String message, Throwable cause) {
    this(message, null, cause);
  }

  /// @param exit how the monitor ended by itself, or null if it did not
  public VmmException(String message, VmExit exit, Throwable cause) {
    super(message, cause);
    this.exit = exit;
    this.reason = exit == null ? null : exit.slug();
  }

  private VmmException(String reason, String message) {
    super(message);
    this.exit = null;
    this.reason = reason;
  }

  /// A refusal whose cause is understood: `reason` is a stable slug such as `tap_busy`, the message
  /// holds the monitor's own words.
  public static VmmException refused(String reason, String message) {
    return new VmmException(reason, message);
  }

  /// The stable slug, where the cause is understood.
  public Optional<String> reason() {
    return Optional.ofNullable(reason);
  }

  /// How the monitor ended, where that is why the call failed.
  public Optional<VmExit> exit() {
    return Optional.ofNullable(exit);
  }
}
