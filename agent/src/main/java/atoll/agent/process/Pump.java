package atoll.agent.process;

import atoll.agent.rpc.CallContext;
import atoll.agent.rpc.EventStream;
import atoll.agent.rpc.Field;
import atoll.agent.rpc.Outgoing;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Bell;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.PollSet;
import atoll.linux.process.ReadBuffer;
import java.io.IOException;

/// Moves one process's output to its subscribers until it has ended, on the thread that started it.
///
/// The end comes when both pipes are at their end and the process is gone. After a kill, the pipes
/// are not waited for: a grandchild may hold them.
final class Pump implements AutoCloseable {
  private static final int OUT = 0;
  private static final int ERR = 1;
  private static final int EXIT = 2;
  private static final int WAKE = 3;

  /// Most commands say little.
  private static final int FIRST_CHUNK = 4 * 1024;

  private static final int PIPE_CHUNK = 32 * 1024;
  private static final int TERMINAL_CHUNK = 16 * 1024;

  /// Short commands end within this time of their output, and then answer with one packet.
  private static final int LINGER_MILLIS = 2;

  private static final long LONGEST_LINGER_NANOS = 5_000_000;

  private final RunningProcess process;
  private final EventStream own;
  private final CallContext context;
  private final Patience patience;
  private final Fd out;
  private final Fd err;
  private final long begunNanos = System.nanoTime();
  private final PollSet poll = new PollSet(4);
  private ReadBuffer buffer = new ReadBuffer(FIRST_CHUNK);
  private byte[] chunk = new byte[FIRST_CHUNK];
  private final Outgoing event = new Outgoing(to -> {});
  private boolean outOpen = true;
  private boolean errOpen;
  private boolean exited;
  private boolean overdue;
  private Bell wake;
  private long pendingSince;

  /// @param patience what earlier commands taught
  /// @param err null for a terminal, which has one stream
  Pump(
      RunningProcess process,
      EventStream own,
      CallContext context,
      Patience patience,
      Fd out,
      Fd err) {
    this.process = process;
    this.own = own;
    this.context = context;
    this.patience = patience;
    this.out = out;
    this.err = err;
    this.errOpen = err != null;
  }

  void run() throws IOException {
    poll.watch(EXIT, process.child().pidfd());
    if (!process.takesInput()) poll.await(patience.millis());
    poll.watch(OUT, out.number());
    if (errOpen) poll.watch(ERR, err.number());
    while (!done()) {
      int millis = timeout();
      if (exited && wake == null && (millis < 0 || millis > LINGER_MILLIS)) {
        becomeWakeable();
        continue; // the kill may have come just before
      }
      if (poll.await(millis)) take();
      else if (pendingSince != 0) flush();
      timers();
    }
  }

  /// The process is gone, but others hold its pipes: a kill must still be able to wake us.
  private void becomeWakeable() throws KernelException {
    wake = Bell.open();
    poll.watch(WAKE, wake.number());
    process.waker(wake::ring);
  }

  private boolean done() {
    return exited && (process.killed() || !outOpen && !errOpen);
  }

  private int timeout() {
    if (pendingSince == 0 && process.pending()) pendingSince = System.nanoTime();
    if (pendingSince != 0) return err == null ? 0 : LINGER_MILLIS;
    long nanos = overdue ? Long.MAX_VALUE : context.leftNanos();
    if (!own.ended()) nanos = Math.min(nanos, context.keepaliveNanos() - own.quietNanos());
    if (nanos == Long.MAX_VALUE) return -1;
    return (int) Math.clamp(nanos / 1_000_000 + 1, 0, Integer.MAX_VALUE);
  }

  private void take() throws KernelException {
    if (outOpen && poll.ready(OUT))
      outOpen = read(OUT, out, err == null ? ProcessMessages.TERMINAL : ProcessMessages.STDOUT);
    if (errOpen && poll.ready(ERR)) errOpen = read(ERR, err, ProcessMessages.STDERR);
    if (!exited && poll.ready(EXIT)) exit();
    if (wake != null && poll.ready(WAKE)) wake.silence();
    if (pendingSince != 0 && System.nanoTime() - pendingSince > LONGEST_LINGER_NANOS) flush();
  }

  private boolean read(int slot, Fd fd, Field kind) throws KernelException {
    int count = buffer.read(fd.number(), err == null ? TERMINAL_CHUNK : PIPE_CHUNK);
    if (count < 0) {
      poll.watch(slot, -1);
      return false;
    }
    buffer.copyTo(chunk, 0, count);
    process.broadcast(ProcessEvents.data(event, kind, chunk, count));
    if (count == FIRST_CHUNK && chunk.length == FIRST_CHUNK) grow();
    return true;
  }

  private void grow() {
    buffer.close();
    buffer = new ReadBuffer(PIPE_CHUNK);
    chunk = new byte[PIPE_CHUNK];
  }

  private void exit() {
    exited = true;
    if (!process.takesInput()) patience.lasted(System.nanoTime() - begunNanos);
    poll.watch(EXIT, -1);
  }

  private void flush() {
    process.flush();
    pendingSince = 0;
  }

  private void timers() throws IOException {
    if (!overdue && context.deadlineNanos() != 0 && context.leftNanos() <= 0) {
      overdue = true;
      process.killNow();
      process.unsubscribe(own);
      endOwn();
    }
    if (pendingSince != 0 || own.ended() || own.quietNanos() < context.keepaliveNanos()) return;
    process.keepAlive(own);
  }

  private void endOwn() {
    try {
      own.end(RpcException.deadlineExceeded());
    } catch (IOException gone) {
      process.unsubscribe(own);
    }
  }

  @Override
  public void close() {
    process.waker(null);
    if (wake != null) wake.close();
    poll.close();
    buffer.close();
  }
}
