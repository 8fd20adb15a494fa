package atoll.agent.rpc;

import atoll.agent.guest.User;
import atoll.agent.http.Request;

/// What a call's headers say: who asks, for how long, how often to ping.
///
/// @param user the Basic-auth user, or null for the agent's default
/// @param deadlineNanos on the monotonic clock; 0 for none
/// @param keepaliveNanos after how much silence a stream sends a keepalive
public record CallContext(User user, long deadlineNanos, long keepaliveNanos) {
  private static final long SECOND = 1_000_000_000L;
  private static final long DEFAULT_KEEPALIVE = 90;
  private static final long LONGEST_KEEPALIVE = 86_400;

  public static CallContext of(Request request, User user) throws RpcException {
    long keepalive = keepalive(request.header("Keepalive-Ping-Interval"));
    return new CallContext(user, deadline(Timeouts.nanos(request)), keepalive * SECOND);
  }

  private static long keepalive(String text) {
    if (text == null) return DEFAULT_KEEPALIVE;
    try {
      return Math.clamp(Long.parseLong(text.strip()), 1, LONGEST_KEEPALIVE);
    } catch (NumberFormatException notANumber) {
      return DEFAULT_KEEPALIVE;
    }
  }

  private static long deadline(Long nanos) {
    if (nanos == null) return 0;
    long longest = Long.MAX_VALUE / 2; // so that a later moment is a larger number
    long at = System.nanoTime() + Math.clamp(nanos, 0, longest);
    return at == 0 ? 1 : at;
  }

  /// Nanoseconds left, or the longest time there is without a deadline.
  public long leftNanos() {
    return deadlineNanos == 0 ? Long.MAX_VALUE : deadlineNanos - System.nanoTime();
  }
}
