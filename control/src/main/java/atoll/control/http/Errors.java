package atoll.control.http;

import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Turns everything that can go wrong into the one error body: `code`, `message`, and our `reason`,
/// `hint`, `requestId`.
///
/// `Should-Retry` and `Retry-After` tell the SDKs whether sending it again can help: they repeat
/// 429, 502, 503 and 504 unless told not to.
final class Errors {
  private static final System.Logger LOG = System.getLogger(Errors.class.getName());

  private static final String NO_CAPACITY = "sandbox_capacity_unavailable";

  /// Our reasons, and what the contract calls them in `error_code`.
  private static final Map<String, String> CODES = codes();

  private Errors() {}

  private static Map<String, String> codes() {
    var codes = new HashMap<String, String>();
    for (String same :
        List.of(
            "idempotency_request_mismatch",
            "idempotency_in_progress",
            "idempotency_outcome_unknown")) codes.put(same, same);
    for (String full : List.of("no_slot", "no_memory", "node_busy", "node_closing"))
      codes.put(full, NO_CAPACITY);
    for (Rung rung : Rung.values()) codes.put(rung.code(), "sandbox_create_failed");
    codes.put("start_failed", "sandbox_create_failed");
    codes.put("internal_error", "internal_server_error");
    return Collections.unmodifiableMap(codes);
  }

  /// Clients know a placement that failed by how its message begins.
  private static String message(String text, String errorCode) {
    return NO_CAPACITY.equals(errorCode) ? "Failed to place sandbox: " + text : text;
  }

  static Reply reply(Throwable problem, String requestId) {
    return switch (problem) {
      case Refusal refusal -> refusal(refusal, requestId);
      case Fault fault -> fault(fault, requestId);
      case JsonException e ->
          fault(Fault.badRequest("the body is not valid JSON: " + e.getMessage()), requestId);
      default -> unexpected(problem, requestId);
    };
  }

  private static Reply refusal(Refusal refusal, String requestId) {
    int status = status(refusal);
    String detail = refusal instanceof Refusal.Failed failed ? failed.detail() : null;
    if (status == 500)
      LOG.log(System.Logger.Level.ERROR, "request " + requestId + " failed", refusal);
    Json body =
        body(status, refusal.getMessage(), refusal.reason(), refusal.hint(), detail, requestId);
    return new Reply(status, body, retry(refusal));
  }

  static int status(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Invalid _ -> 400;
      case Refusal.Unauthenticated _ -> 401;
      case Refusal.Forbidden _ -> 403;
      case Refusal.NotFound _ -> 404;
      case Refusal.Conflict _ -> 409;
      case Refusal.Mismatch _ -> 422;
      case Refusal.TooLarge _ -> 413;
      case Refusal.TooMany _ -> 429;
      case Refusal.Failed _ -> 500;
      case Refusal.NotImplemented _ -> 501;
      case Refusal.Unavailable _ -> 503;
      case Refusal.NoSpace _ -> 507;
    };
  }

  private static Map<String, String> retry(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Unavailable _ -> Map.of("Should-Retry", "true", "Retry-After", "1");
      case Refusal.TooMany _ -> Map.of("Retry-After", "1");
      case Refusal.Conflict c when c.reason().equals("idempotency_in_progress") ->
          Map.of("Should-Retry", "true", "Retry-After", "1");
      case Refusal other -> status(other) >= 500 ? Map.of("Should-Retry", "false") : Map.of();
    };
  }

  private static Reply fault(Fault fault, String requestId) {
    return new Reply(
        fault.status(),
        body(fault.status(), fault.getMessage(), fault.reason(), null, null, requestId),
        fault.headers());
  }

  private static Reply unexpected(Throwable problem, String requestId) {
    LOG.log(System.Logger.Level.ERROR, "request " + requestId + " failed unexpectedly", problem);
    Json body =
        body(
            500,
            "internal error",
            "internal_error",
            "the server's log has the cause under this request id",
            null,
            requestId);
    return Reply.json(500, body).with("Should-Retry", "false");
  }

  private static Json body(
      int status, String message, String reason, String hint, String detail, String requestId) {
    String errorCode = CODES.get(reason);
    return Json.object(
        "code",
        status,
        "message",
        message(message, errorCode),
        "error_code",
        errorCode,
        "reason",
        reason,
        "hint",
        hint,
        "detail",
        detail,
        "requestId",
        requestId);
  }
}
