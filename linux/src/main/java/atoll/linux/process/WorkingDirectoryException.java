package atoll.linux.process;

import atoll.linux.kernel.KernelException;

/// The child could not enter its working directory: missing, not a directory, or closed to its
/// user.
public final class WorkingDirectoryException extends KernelException {
  WorkingDirectoryException(String directory, int errno) {
    super("change directory to " + directory, errno);
  }
}
