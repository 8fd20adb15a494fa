package atoll.agent.rpc;

/// A call failed in a way the protocol has a code for. Carries no stack: these are answers, not
/// faults.
public final class RpcException extends Exception {
  private final RpcCode code;

  public RpcException(RpcCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public static RpcException invalid(String message) {
    return new RpcException(RpcCode.INVALID_ARGUMENT, message);
  }

  public static RpcException notFound(String message) {
    return new RpcException(RpcCode.NOT_FOUND, message);
  }

  public static RpcException internal(String message) {
    return new RpcException(RpcCode.INTERNAL, message);
  }

  public static RpcException deadlineExceeded() {
    return new RpcException(RpcCode.DEADLINE_EXCEEDED, "context deadline exceeded");
  }

  public static RpcException unimplemented(String message) {
    return new RpcException(RpcCode.UNIMPLEMENTED, message);
  }

  public RpcCode code() {
    return code;
  }

  /// The error as JSON: code and message.
  public String json() {
    var out = new StringBuilder("{\"code\":\"").append(code.wire()).append("\",\"message\":");
    atoll.core.json.JsonWriter.quote(getMessage(), out);
    return out.append('}').toString();
  }
}
