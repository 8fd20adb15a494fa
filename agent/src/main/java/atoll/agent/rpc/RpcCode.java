package atoll.agent.rpc;

/// The Connect codes that this agent answers, with their HTTP status for unary calls.
public enum RpcCode {
  CANCELED(1, "canceled", 499),
  UNKNOWN(2, "unknown", 500),
  INVALID_ARGUMENT(3, "invalid_argument", 400),
  DEADLINE_EXCEEDED(4, "deadline_exceeded", 504),
  NOT_FOUND(5, "not_found", 404),
  ALREADY_EXISTS(6, "already_exists", 409),
  RESOURCE_EXHAUSTED(8, "resource_exhausted", 429),
  FAILED_PRECONDITION(9, "failed_precondition", 400),
  UNIMPLEMENTED(12, "unimplemented", 501),
  INTERNAL(13, "internal", 500),
  UNAUTHENTICATED(16, "unauthenticated", 401);

  private final int number;
  private final String wire;
  private final int status;

  RpcCode(int number, String wire, int status) {
    this.number = number;
    this.wire = wire;
    this.status = status;
  }

  /// gRPC's number for it.
  int number() {
    return number;
  }

  public String wire() {
    return wire;
  }

  public int status() {
    return status;
  }
}
