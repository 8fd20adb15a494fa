package atoll.edge;

import atoll.core.SandboxId;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import atoll.protocol.node.GuestDialer;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// A dialer whose guests are loopback addresses of this machine. Counts the sockets it made.
final class LoopbackDialer implements GuestDialer {
  private static final MethodHandle SOCKET =
      Kernel.link("socket", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT, Kernel.INT));
  private static final int AF_INET = 2;
  private static final int STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;

  private final Map<SandboxId, Route> routes = new ConcurrentHashMap<>();
  private final Map<Long, List<Runnable>> ends = new ConcurrentHashMap<>();
  private final AtomicLong runs = new AtomicLong();
  final AtomicInteger sockets = new AtomicInteger();

  void run(String id, String address) {
    var sandbox = new SandboxId(id);
    routes.put(sandbox, new Route(sandbox, runs.incrementAndGet(), address));
  }

  void end(String id) {
    Route ended = routes.remove(new SandboxId(id));
    synchronized (ends) {
      ends.getOrDefault(ended.run(), List.of()).forEach(Runnable::run);
    }
  }

  @Override
  public Optional<Route> route(SandboxId id) {
    return Optional.ofNullable(routes.get(id));
  }

  @Override
  public int socket(Route route) throws IOException {
    sockets.incrementAndGet();
    return socket();
  }

  static int socket() throws KernelException {
    // SAFETY: takes no memory. See socket(2).
    return (int)
        Kernel.call(
            "socket",
            errno -> (int) SOCKET.invokeExact(errno, AF_INET, STREAM_NONBLOCK_CLOEXEC, 0));
  }

  @Override
  public void onEnd(Route route, Runnable closed) {
    boolean over;
    synchronized (ends) {
      over = !route.equals(routes.get(route.id()));
      if (!over) ends.computeIfAbsent(route.run(), r -> new ArrayList<>()).add(closed);
    }
    if (over) closed.run();
  }
}
