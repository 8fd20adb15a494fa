package atoll.linux.process;

/// How a process ended: with an exit code, or by a signal.
///
/// @param code 0 to 255, or -1 when a signal ended it
/// @param signal the signal's number, or 0 when it exited by itself
/// @param dumped whether the signal left a core dump
public record ExitStatus(int code, int signal, boolean dumped) {
  public ExitStatus(int code, int signal) {
    this(code, signal, false);
  }

  public boolean ok() {
    return code == 0;
  }

  @Override
  public String toString() {
    return signal == 0 ? "exit status " + code : "signal " + signal;
  }
}
