package atoll.linux.kernel;

import java.io.IOException;

/// A system call failed. The message names the call with its object and the kernel's reason.
public class KernelException extends IOException {
  private final int errno;

  public KernelException(String what, int errno) {
    super(what + ": " + Errno.text(errno) + " (errno " + errno + ")");
    this.errno = errno;
  }

  /// One of [Errno]'s numbers.
  public int errno() {
    return errno;
  }
}
