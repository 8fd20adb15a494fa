package atoll.core.json;

/// The text is not JSON, or breaks one of our limits. The message says what and at which offset.
public final class JsonException extends RuntimeException {
  JsonException(String message, int offset) {
    super(message + " at offset " + offset);
  }

  JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
