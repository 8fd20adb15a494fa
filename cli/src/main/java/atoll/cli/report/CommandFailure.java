package atoll.cli.report;

import atoll.core.Refusal;
import atoll.core.json.Json;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Set;

/// Why a command ended without doing its work, ready to be shown.
///
/// The message names the thing and the cause; the hint, which may be null, names the next step.
/// Neither holds a secret.
public final class CommandFailure extends RuntimeException {
  /// Refusals of the node that tell of the host, not of the request.
  private static final Set<String> HOST_LACKS =
      Set.of("not_root", "tun_missing", "cgroup_missing", "home_unreachable", "qemu_missing");

  private final String reason;
  private final String hint;
  private final String detail;
  private final int exit;

  private CommandFailure(
      String reason, String message, String hint, String detail, int exit, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.hint = hint;
    this.detail = detail;
    this.exit = exit;
  }

  public static CommandFailure failed(String reason, String message, String hint) {
    return new CommandFailure(reason, message, hint, null, Exit.FAILED, null);
  }

  public static CommandFailure failed(String reason, String message, String hint, Throwable cause) {
    return new CommandFailure(reason, message, hint, null, Exit.FAILED, cause);
  }

  /// As [#failed], with evidence for people, such as the end of a log.
  public static CommandFailure withDetail(
      String reason, String message, String hint, String detail) {
    return new CommandFailure(reason, message, hint, detail, Exit.FAILED, null);
  }

  public static CommandFailure usage(String message) {
    return usage(message, null);
  }

  public static CommandFailure usage(String message, String hint) {
    return new CommandFailure("usage", message, hint, null, Exit.USAGE, null);
  }

  public static CommandFailure host(String reason, String message, String hint) {
    return new CommandFailure(reason, message, hint, null, Exit.HOST, null);
  }

  /// A refusal of ours keeps its slug, hint and evidence; anything else becomes `unexpected`.
  public static CommandFailure of(Throwable cause) {
    return switch (cause) {
      case CommandFailure failure -> failure;
      case Refusal.Failed f ->
          new CommandFailure(f.reason(), f.getMessage(), f.hint(), f.detail(), Exit.FAILED, f);
      case Refusal r when HOST_LACKS.contains(r.reason()) ->
          host(r.reason(), r.getMessage(), r.hint());
      case Refusal r ->
          new CommandFailure(r.reason(), r.getMessage(), r.hint(), null, Exit.FAILED, r);
      case Throwable t -> new CommandFailure("unexpected", words(t), null, null, Exit.FAILED, t);
    };
  }

  public String reason() {
    return reason;
  }

  public String hint() {
    return hint;
  }

  public int exit() {
    return exit;
  }

  /// `{"error":{"reason","message","hint"?,"detail"?}}`.
  public Json.Obj json() {
    return Json.object(
        "error",
        Json.object("reason", reason, "message", getMessage(), "hint", hint, "detail", detail));
  }

  public String text() {
    var out = new StringBuilder("atoll: ").append(getMessage());
    if (detail != null) out.append("\n  ").append(detail.strip().replace("\n", "\n  "));
    if (hint != null) out.append("\nHint: ").append(hint);
    return out.toString();
  }

  /// What Java says of a file is often its name alone.
  private static String words(Throwable cause) {
    return switch (cause) {
      case FileAlreadyExistsException e -> e.getMessage() + " is there already, as something else";
      case NoSuchFileException e -> e.getMessage() + " does not exist";
      case AccessDeniedException e -> "no right to use " + e.getMessage();
      case Throwable t when t.getMessage() == null -> t.getClass().getSimpleName();
      case Throwable t -> t.getMessage();
    };
  }
}
