package atoll.control.postgres;

/// The embedded database could not be set up or started. The message names the cause, the hint the
/// next step.
public final class PostgresException extends RuntimeException {
  private final String hint;

  PostgresException(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /// The next step for the operator, or null.
  public String hint() {
    return hint;
  }
}
