package atoll.vmm;

import java.io.IOException;

/// A monitor refused a call, answered nonsense, or did not answer in time. The message carries its
/// own words.
public final class VmmException extends IOException {
  public VmmException(String message) {
    super(message);
  }

  public VmmException(String message, Throwable cause) {
    super(message, cause);
  }
}
