package atoll.vmm;

import java.util.Optional;

/// How a monitor process ended.
///
/// @param code its exit status, or -1 if a signal ended it or nobody told us
/// @param signal the signal, or 0; with code -1, the end of an adopted monitor that did not say how
/// @param message the last words on its standard error, or an empty text
/// @param slug why it ended, where more is known than the process's status tells: a stable reason
///   such as `guest_panicked`, or null
public record VmExit(int code, int signal, String message, String slug) {
  public VmExit(int code, int signal, String message) {
    this(code, signal, message, null);
  }

  /// The stable reason, where more is known than the status tells.
  public Optional<String> reason() {
    return Optional.ofNullable(slug);
  }

  @Override
  public String toString() {
    String how = signal > 0 ? "killed by signal " + signal : ended();
    return message.isEmpty() ? how : how + ": " + message;
  }

  private String ended() {
    return code < 0 ? "gone, after it was adopted" : "exit status " + code;
  }
}
