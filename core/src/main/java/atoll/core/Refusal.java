package atoll.core;

/// Why a request was not carried out: the few kinds that a caller can act on.
///
/// Every refusal carries a stable `reason` (a slug, part of the API), a message that names the
/// thing and the cause, and, where there is one, a `hint` that names the next step. No refusal
/// carries a secret. The HTTP status is chosen in one switch, by the control API.
public abstract sealed class Refusal extends RuntimeException {
  private final String reason;
  private final String hint;

  private Refusal(String reason, String message, String hint, Throwable cause) {
    super(message, cause);
    this.reason = reason;
    this.hint = hint;
  }

  /// Stable slug such as `template_not_found`.
  public String reason() {
    return reason;
  }

  /// The next step for the reader, or null.
  public String hint() {
    return hint;
  }

  /// The request itself is wrong; repeating it cannot help.
  public static final class Invalid extends Refusal {
    public Invalid(String reason, String message) {
      super(reason, message, null, null);
    }
  }

  /// No valid credential was shown.
  public static final class Unauthenticated extends Refusal {
    public Unauthenticated(String reason, String message, String hint) {
      super(reason, message, hint, null);
    }
  }

  /// The caller is known and may not do this.
  public static final class Forbidden extends Refusal {
    public Forbidden(String reason, String message) {
      super(reason, message, null, null);
    }
  }

  /// The thing named does not exist, or not for this caller.
  public static final class NotFound extends Refusal {
    public NotFound(String reason, String message) {
      super(reason, message, null, null);
    }

    public NotFound(String reason, String message, String hint) {
      super(reason, message, hint, null);
    }
  }

  /// The thing exists and is in a state that forbids this.
  public static final class Conflict extends Refusal {
    public Conflict(String reason, String message) {
      super(reason, message, null, null);
    }
  }

  /// The same idempotency key came with another body.
  public static final class Mismatch extends Refusal {
    public Mismatch(String reason, String message) {
      super(reason, message, null, null);
    }
  }

  /// The request is over a limit of size.
  public static final class TooLarge extends Refusal {
    public TooLarge(String reason, String message) {
      super(reason, message, null, null);
    }
  }

  /// A limit of the caller's own was reached; later it may work.
  public static final class TooMany extends Refusal {
    public TooMany(String reason, String message) {
      super(reason, message, null, null);
    }
  }

  /// The contract knows this; this version does not do it yet. Said openly rather than done by
  /// halves.
  public static final class NotImplemented extends Refusal {
    public NotImplemented(String message, String hint) {
      super("not_implemented", message, hint, null);
    }
  }

  /// Nothing was changed, and trying again later may work: no slot, no memory, database away.
  public static final class Unavailable extends Refusal {
    public Unavailable(String reason, String message, String hint) {
      super(reason, message, hint, null);
    }

    public Unavailable(String reason, String message, String hint, Throwable cause) {
      super(reason, message, hint, cause);
    }
  }

  /// The host's disk is full. Nothing was kept of what was begun.
  public static final class NoSpace extends Refusal {
    public NoSpace(String reason, String message, String hint, Throwable cause) {
      super(reason, message, hint, cause);
    }
  }

  /// Something of ours or of the host's broke. `detail` is evidence for people, such as a console
  /// tail, or null.
  public static final class Failed extends Refusal {
    private final String detail;

    public Failed(String reason, String message, String hint, String detail, Throwable cause) {
      super(reason, message, hint, cause);
      this.detail = detail;
    }

    public String detail() {
      return detail;
    }
  }
}
