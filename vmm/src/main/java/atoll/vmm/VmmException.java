package atoll.vmm;

import java.io.IOException;
import java.util.Optional;

/// A monitor refused a call, answered nonsense, did not answer in time, or ended. The message
/// carries its own words.
public final class VmmException extends IOException {
  private static final long serialVersionUID = 1;
  private final transient VmExit exit;

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
  }

  /// How the monitor ended, where that is why the call failed.
  public Optional<VmExit> exit() {
    return Optional.ofNullable(exit);
  }
}
