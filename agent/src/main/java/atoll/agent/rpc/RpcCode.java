package atoll.agent.rpc;

/// The Connect codes that this agent answers, with their HTTP status for unary calls.
public enum RpcCode {
  CANCELED("canceled", 499),
  UNKNOWN("unknown", 500),
  INVALID_ARGUMENT("invalid_argument", 400),
  DEADLINE_EXCEEDED("deadline_exceeded", 504),
  NOT_FOUND("not_found", 404),
  ALREADY_EXISTS("already_exists", 409),
  RESOURCE_EXHAUSTED("resource_exhausted", 429),
  FAILED_PRECONDITION("failed_precondition", 400),
  UNIMPLEMENTED("unimplemented", 501),
  INTERNAL("internal", 500),
  UNAUTHENTICATED("unauthenticated", 401);

  private final String wire;
  private final int status;

  RpcCode(String wire, int status) {
    this.wire = wire;
    this.status = status;
  }

  public String wire() {
    return wire;
  }

  public int status() {
    return status;
  }
}
