package atoll.control.http;

import java.util.Map;

/// A request that HTTP itself lets us refuse, before it means anything to the rest of control.
final class Fault extends RuntimeException {
  /// Headers of an answer that will not change when the request is sent again.
  static final Map<String, String> FINAL = Map.of("Should-Retry", "false");

  private final int status;
  private final String reason;
  private final transient Map<String, String> headers;

  Fault(int status, String reason, String message, Map<String, String> headers) {
    super(message, null, false, false);
    this.status = status;
    this.reason = reason;
    this.headers = headers;
  }

  Fault(int status, String reason, String message) {
    this(status, reason, message, Map.of());
  }

  static Fault badRequest(String message) {
    return new Fault(400, "bad_request", message);
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  Map<String, String> headers() {
    return headers;
  }
}
