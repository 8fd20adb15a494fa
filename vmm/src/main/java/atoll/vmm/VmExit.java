package atoll.vmm;

/// How a monitor process ended.
///
/// @param code its exit status, or -1 if a signal ended it
/// @param signal the signal, or 0
/// @param message the last words on its standard error, or an empty text
public record VmExit(int code, int signal, String message) {
  @Override
  public String toString() {
    String how = signal > 0 ? "killed by signal " + signal : "exit status " + code;
    return message.isEmpty() ? how : how + ": " + message;
  }
}
