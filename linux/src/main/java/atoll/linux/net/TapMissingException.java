package atoll.linux.net;

import java.io.IOException;

/// A tap that should be there is not: opening it by name would have made a new one.
public final class TapMissingException extends IOException {
  private static final long serialVersionUID = 1;

  TapMissingException(String message) {
    super(message);
  }
}
