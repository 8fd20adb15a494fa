package atoll.linux.net;

import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Opens sockets inside network namespaces on one dedicated thread that does nothing else.
///
/// A socket belongs to the namespace it was made in; connect, read and write happen anywhere. So
/// the thread enters the namespace, calls socket(2) and returns home: about 4 µs, plus the
/// hand-over.
///
/// - **Threads** callers may be event loops or virtual threads: a call waits for one hand-over, at
///   most 1 s on a starved host, and a full queue fails at once instead of waiting.
/// - **Owner** the caller owns each returned descriptor. [#close()] ends the thread; waiting
///   callers fail.
/// - **Fails** [IOException] when the namespace is closed, the queue is full or descriptors run
///   out. If the way home should ever fail the dialer ends itself, so that no socket can appear in
///   a wrong namespace.
public final class NamespaceDialer implements AutoCloseable {
  /// More callers than this at one moment means that the host is drowning.
  private static final int QUEUE_BOUND = 4096;

  /// Long against 4 µs, short against a request.
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private static final int SPINS = 200;
  private static final Path TUN = Path.of("/dev/net/tun");
  private static final Object ABANDONED = new Object();

  private final Queue<Request> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final Thread thread;
  private volatile boolean closed;

  /// What to open inside.
  @FunctionalInterface
  private interface Opening {
    Fd open() throws KernelException;
  }

  /// One caller's wish. The outcome is null, an Fd, an IOException or [#ABANDONED], and is set
  /// once.
  private static final class Request {
    final Netns netns;
    final Opening opening;
    final Thread caller = Thread.currentThread();
    final AtomicReference<Object> outcome = new AtomicReference<>();

    Request(Netns netns, Opening opening) {
      this.netns = netns;
      this.opening = opening;
    }

    void answer(Object result) {
      if (outcome.compareAndSet(null, result)) LockSupport.unpark(caller);
      else if (result instanceof Fd late) late.close();
    }
  }

  public NamespaceDialer() {
    thread = Thread.ofPlatform().daemon().name("namespace-dialer").start(this::run);
  }

  /// A TCP socket: unconnected, non-blocking, close-on-exec. The caller owns the number.
  public int socket(Netns netns) throws IOException {
    return open(netns, Sockets::tcp).release();
  }

  /// A route netlink connection to the namespace, usable from any thread.
  public Netlink netlink(Netns netns) throws IOException {
    return Netlink.over(open(netns, Sockets::routeNetlink));
  }

  /// The namespace's connection tracking, usable from any thread.
  public Conntrack conntrack(Netns netns) throws IOException {
    return Conntrack.over(open(netns, Sockets::netfilterNetlink));
  }

  /// A watch over the links of the namespace.
  public LinkWatch linkWatch(Netns netns) throws IOException {
    return LinkWatch.over(open(netns, Sockets::routeNetlink));
  }

  /// Opens the persistent tap of this name, as [Tap#open] does inside.
  public Fd tap(Netns netns, String name) throws IOException {
    return Tap.attach(open(netns, () -> FdIo.open(TUN, FdIo.O_RDWR | FdIo.O_NONBLOCK)), name);
  }

  private Fd open(Netns netns, Opening opening) throws IOException {
    netns.hold();
    var request = new Request(netns, opening);
    if (queued.incrementAndGet() > QUEUE_BOUND) {
      queued.decrementAndGet();
      netns.letGo();
      throw new IOException("more than " + QUEUE_BOUND + " callers wait for a socket");
    }
    queue.add(request);
    LockSupport.unpark(thread);
    if (closed) failAll();
    return await(request);
  }

  private static Fd await(Request request) throws IOException {
    Deadline deadline = Deadline.after(LONGEST_WAIT);
    for (int i = 0; i < SPINS && request.outcome.get() == null; i++) Thread.onSpinWait();
    while (request.outcome.get() == null && !deadline.expired()) {
      LockSupport.parkNanos(request, deadline.left().toNanos());
      if (Thread.currentThread().isInterrupted()) break;
    }
    if (request.outcome.compareAndSet(null, ABANDONED)) {
      throw new IOException(
          "no socket in " + request.netns + " within " + LONGEST_WAIT.toMillis() + " ms");
    }
    return switch (request.outcome.get()) {
      case Fd fd -> fd;
      case IOException e ->
          throw new IOException("no socket in " + request.netns + ": " + e.getMessage(), e);
      default -> throw new IllegalStateException("an outcome is a descriptor or a failure");
    };
  }

  private void run() {
    try (Fd home = FdIo.open(Path.of("/proc/thread-self/ns/net"), FdIo.O_RDONLY)) {
      while (!closed) {
        Request request = queue.poll();
        if (request == null) LockSupport.park(this);
        else serve(request, home.number());
      }
    } catch (IOException e) {
      System.getLogger(getClass().getName()).log(Level.ERROR, "the namespace dialer ended", e);
    } finally {
      closed = true;
      failAll();
    }
  }

  /// Fails only when the thread cannot return home.
  private void serve(Request request, int home) throws KernelException {
    queued.decrementAndGet();
    Object outcome;
    try {
      if (request.outcome.get() != null) return;
      outcome = openInside(request, home);
    } finally {
      request.netns.letGo();
    }
    request.answer(outcome);
  }

  private static Object openInside(Request request, int home) throws KernelException {
    try {
      Netns.enter(request.netns.fd());
    } catch (KernelException e) {
      return e;
    }
    Object outcome;
    try {
      outcome = request.opening.open();
    } catch (KernelException e) {
      outcome = e;
    }
    try {
      Netns.enter(home);
    } catch (KernelException e) {
      if (outcome instanceof Fd fd) fd.close();
      request.answer(e);
      throw e;
    }
    return outcome;
  }

  private void failAll() {
    for (Request r = queue.poll(); r != null; r = queue.poll()) {
      queued.decrementAndGet();
      r.netns.letGo();
      r.answer(new IOException("the namespace dialer has ended"));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
