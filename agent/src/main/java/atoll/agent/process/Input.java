package atoll.agent.process;

import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.FdOutput;
import java.util.concurrent.locks.ReentrantLock;

/// The way into a process: its stdin pipe or its terminal. One writer at a time, others wait in
/// turn.
///
/// Closing never waits for a writer that is stuck: that writer closes when it comes back.
final class Input {
  private final FdOutput sink;
  private final ReentrantLock writing = new ReentrantLock(true);
  private volatile boolean closed;

  /// @param sink null when stdin is disabled
  Input(Fd sink) {
    this.sink = sink == null ? null : new FdOutput(sink);
    this.closed = sink == null;
  }

  boolean enabled() {
    return sink != null;
  }

  void write(byte[] bytes) throws RpcException {
    writing.lock();
    try {
      if (closed)
        throw RpcException.internal("error writing to stdin: stdin not enabled or closed");
      sink.write(bytes, 0, bytes.length);
    } catch (KernelException e) {
      throw RpcException.internal("error writing to stdin: " + e.getMessage());
    } finally {
      if (closed && sink != null) sink.close();
      writing.unlock();
    }
  }

  void close() {
    if (sink == null) return;
    closed = true;
    if (!writing.tryLock()) return;
    try {
      sink.close();
    } finally {
      writing.unlock();
    }
  }
}
