package atoll.edge;

/// A message that breaks HTTP/1.1 or a bound of ours; carries the answer. Has no stack trace:
/// strangers can cause it at will.
final class BadMessage extends Exception {
  private final int status;

  BadMessage(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static BadMessage of(String message) {
    return new BadMessage(400, message);
  }

  int status() {
    return status;
  }
}
