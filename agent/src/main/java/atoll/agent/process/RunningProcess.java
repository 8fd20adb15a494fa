package atoll.agent.process;

import atoll.agent.rpc.CallContext;
import atoll.agent.rpc.EventStream;
import atoll.agent.rpc.MessageWriter;
import atoll.agent.rpc.Outgoing;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.PolledChild;
import atoll.linux.process.Pty;
import java.io.IOException;
import java.util.concurrent.CopyOnWriteArrayList;

/// A live process of this agent, with those who listen to it.
///
/// - **Owner** the [ProcessTable] while it lives; its [Pump] runs on the thread of the call that
///   started it.
/// - **Threads** every method is safe for several. Output goes to all subscribers in turn; one that
///   does not read holds up the others and at last the process.
final class RunningProcess {
  private static final int SIGKILL = 9;

  private final ProcessConfig config;
  private final String tag;
  private final PolledChild child;
  private final Input input;
  private final Pty pty;
  private final CopyOnWriteArrayList<EventStream> subscribers = new CopyOnWriteArrayList<>();
  private Runnable waker;
  private volatile boolean killed;
  private boolean over;

  /// @param tag null if none was given
  /// @param pty null for a process on pipes
  RunningProcess(ProcessConfig config, String tag, PolledChild child, Input input, Pty pty) {
    this.config = config;
    this.tag = tag;
    this.child = child;
    this.input = input;
    this.pty = pty;
  }

  int pid() {
    return child.pid();
  }

  String tag() {
    return tag;
  }

  PolledChild child() {
    return child;
  }

  /// Whether a client can talk to it, and so waits for its answers.
  boolean takesInput() {
    return pty != null || input.enabled();
  }

  Input input() {
    return input;
  }

  Pty pty() {
    return pty;
  }

  /// Appends this process to List's answer.
  void write(MessageWriter to) {
    to.open(ProcessMessages.PROCESSES);
    to.open(ProcessMessages.INFO_CONFIG);
    config.write(to);
    to.close();
    to.uint32(ProcessMessages.INFO_PID, pid());
    to.optionalText(ProcessMessages.INFO_TAG, tag);
    to.close();
  }

  /// Greets a new subscriber and adds it; false if the process ended meanwhile.
  synchronized boolean subscribe(EventStream events) throws IOException {
    if (over) return false;
    events.message(ProcessEvents.start(pid()));
    subscribers.add(events);
    return true;
  }

  void unsubscribe(EventStream events) {
    subscribers.remove(events);
  }

  void broadcast(Outgoing event) {
    for (EventStream events : subscribers) {
      try {
        events.message(event);
      } catch (IOException gone) {
        unsubscribe(events);
      }
    }
  }

  boolean pending() {
    for (EventStream events : subscribers) if (events.pending()) return true;
    return false;
  }

  void flush() {
    for (EventStream events : subscribers) {
      try {
        events.flush();
      } catch (IOException gone) {
        unsubscribe(events);
      }
    }
  }

  /// Tells a quiet subscriber that the process lives.
  void keepAlive(EventStream events) {
    try {
      events.message(ProcessEvents.KEEPALIVE);
      events.flush();
    } catch (IOException gone) {
      unsubscribe(events);
    }
  }

  /// Tells all subscribers the end; later ones are turned away.
  void finish(Outgoing endEvent) {
    synchronized (this) {
      over = true;
    }
    for (EventStream events : subscribers) {
      try {
        events.message(endEvent);
        events.end(null);
      } catch (IOException gone) {
        unsubscribe(events);
      }
    }
  }

  /// Sends KILL or TERM to this process alone. Its end is then told without waiting for those who
  /// share its pipes.
  void signal(int signal) throws RpcException {
    killed = true;
    try {
      if (!child.signal(signal))
        throw RpcException.internal("error sending signal: os: process already finished");
    } catch (KernelException e) {
      throw RpcException.internal("error sending signal: " + e.getMessage());
    }
    Runnable wake;
    synchronized (this) {
      wake = waker;
    }
    if (wake != null) wake.run();
  }

  /// Kills it at its deadline; that it ended by itself in that moment is no error.
  void killNow() throws KernelException {
    killed = true;
    child.signal(SIGKILL);
  }

  boolean killed() {
    return killed;
  }

  /// How to wake a pump that waits for pipes of a process which has ended; null when it needs no
  /// waking.
  synchronized void waker(Runnable wake) {
    waker = wake;
  }

  /// Serves a subscriber from its own thread until the end: keepalives and its deadline.
  void await(EventStream events, CallContext context) throws IOException, RpcException {
    try {
      while (true) {
        long quiet = context.keepaliveNanos() - events.quietNanos();
        if (events.awaitEnd(Math.min(context.leftNanos(), Math.max(quiet, 1)))) return;
        if (context.leftNanos() <= 0) throw RpcException.deadlineExceeded();
        if (events.quietNanos() >= context.keepaliveNanos()) {
          events.message(ProcessEvents.KEEPALIVE);
          events.flush();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      unsubscribe(events);
    }
  }
}
