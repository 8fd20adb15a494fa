package atoll.agent.rpc;

import atoll.agent.http.Request;
import java.util.concurrent.TimeUnit;

/// How long a client gives a call: `Connect-Timeout-Ms`, or gRPC's `Grpc-Timeout`.
final class Timeouts {
  private static final int CONNECT_DIGITS = 10;
  private static final int GRPC_DIGITS = 8;

  private Timeouts() {}

  /// Nanoseconds, 0 or less for a time that is over; null without a deadline.
  static Long nanos(Request request) throws RpcException {
    String connect = request.header("Connect-Timeout-Ms");
    if (connect != null && !connect.isBlank()) return connect(connect);
    String grpc = request.header("Grpc-Timeout");
    return grpc == null || grpc.isBlank() || WireType.grpc(request) == null
        ? null
        : Long.valueOf(grpc(grpc.strip()));
  }

  private static long connect(String text) throws RpcException {
    String digits = text.strip();
    if (digits.length() > CONNECT_DIGITS)
      throw RpcException.invalid("parse timeout: \"" + text + "\" has >10 digits");
    return TimeUnit.MILLISECONDS.toNanos(number(digits, text));
  }

  private static long grpc(String text) throws RpcException {
    String digits = text.substring(0, text.length() - 1);
    if (digits.length() > GRPC_DIGITS)
      throw RpcException.invalid("parse timeout: \"" + text + "\" has >8 digits");
    long number = number(digits, text);
    return switch (text.charAt(text.length() - 1)) {
      case 'H' -> TimeUnit.HOURS.toNanos(number);
      case 'M' -> TimeUnit.MINUTES.toNanos(number);
      case 'S' -> TimeUnit.SECONDS.toNanos(number);
      case 'm' -> TimeUnit.MILLISECONDS.toNanos(number);
      case 'u' -> TimeUnit.MICROSECONDS.toNanos(number);
      case 'n' -> number;
      default -> throw RpcException.invalid("parse timeout: \"" + text + "\" has no unit");
    };
  }

  private static long number(String digits, String text) throws RpcException {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException notANumber) {
      throw RpcException.invalid("parse timeout: \"" + text + "\" is not a number");
    }
  }
}
