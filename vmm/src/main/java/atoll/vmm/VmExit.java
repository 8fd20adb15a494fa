package atoll.vmm;

/// How a monitor process ended.
///
/// @param code its exit status, or -1 if a signal ended it or nobody told us
/// @param signal the signal, or 0; with code -1, the end of an adopted monitor that did not say how
/// @param message the last words on its standard error, or an empty text
public record VmExit(int code, int signal, String message) {
  @Override
  public String toString() {
    String how = signal > 0 ? "killed by signal " + signal : ended();
    return message.isEmpty() ? how : how + ": " + message;
  }

  private String ended() {
    return code < 0 ? "gone, after it was adopted" : "exit status " + code;
  }
}
