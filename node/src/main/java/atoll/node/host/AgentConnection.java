package atoll.node.host;

import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.FdSocket;
import atoll.node.gate.GuestAgent;
import atoll.node.gate.Identity;
import atoll.protocol.agent.AgentClient;
import atoll.protocol.agent.InitRequest;
import java.io.IOException;
import java.net.Inet4Address;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/// A connection to a guest's agent, dialled inside the guest's namespace and dialled anew after any
/// failure.
///
/// Threads: calls come one at a time on platform threads, since they wait in poll(2); [#close()]
/// from anywhere.
public final class AgentConnection implements GuestAgent {
  private static final System.Logger LOG = System.getLogger(AgentConnection.class.getName());
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ENTROPY_BYTES = 64;

  /// Makes an unconnected socket in the guest's namespace.
  @FunctionalInterface
  public interface Dial {
    int socket() throws IOException;
  }

  /// One exchange on the open connection.
  @FunctionalInterface
  private interface Exchange<T> {
    T on(AgentClient client) throws IOException;
  }

  private final Dial dial;
  private final Inet4Address guest;
  private final ReentrantLock inCall = new ReentrantLock();
  private volatile boolean closed;
  private volatile FdSocket socket; // LOCK: inCall to change
  private AgentClient client; // LOCK: inCall

  public AgentConnection(Dial dial, Inet4Address guest) {
    this.dial = dial;
    this.guest = guest;
  }

  @Override
  public void connect(Deadline deadline) throws IOException {
    call(deadline, _ -> null);
  }

  @Override
  public void health(Deadline deadline) throws IOException {
    if (!call(deadline, c -> c.health(deadline)))
      throw new IOException("/health did not answer 204");
  }

  @Override
  public String init(Identity identity, Deadline deadline) throws IOException {
    return call(deadline, c -> c.init(request(identity), deadline));
  }

  private static InitRequest request(Identity identity) {
    var entropy = new byte[ENTROPY_BYTES];
    RANDOM.nextBytes(entropy);
    return new InitRequest(
        identity.accessToken(),
        identity.envVars(),
        Instant.now(),
        identity.user(),
        identity.workdir(),
        identity.hostname(),
        entropy,
        identity.sandbox().value(),
        identity.templateId(),
        null,
        identity.addresses());
  }

  private <T> T call(Deadline deadline, Exchange<T> exchange) throws IOException {
    inCall.lock();
    try {
      if (client == null) open(deadline);
      return exchange.on(client);
    } catch (IOException | RuntimeException e) {
      drop();
      throw e;
    } finally {
      if (closed) drop();
      inCall.unlock();
    }
  }

  private void open(Deadline deadline) throws IOException {
    if (closed) throw new IOException("the connection was given up");
    socket = FdSocket.connect(new Fd(dial.socket()), guest, AgentClient.PORT, deadline);
    client = new AgentClient(socket, null);
  }

  private void drop() {
    FdSocket open = socket;
    socket = null;
    client = null;
    if (open == null) return;
    try {
      open.closeAbruptly(); // a socket that lingers would keep the slot from being used again
    } catch (KernelException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a connection to an agent", e);
    }
  }

  /// Ends a call that waits, and the connection.
  @Override
  public void close() {
    closed = true;
    if (inCall.tryLock()) {
      try {
        drop();
      } finally {
        inCall.unlock();
      }
    } else {
      wake();
    }
  }

  /// The call in progress then fails and closes the socket itself.
  private void wake() {
    FdSocket open = socket;
    if (open == null) return;
    try {
      open.abort();
    } catch (KernelException | IllegalStateException e) {
      LOG.log(System.Logger.Level.DEBUG, "ending a call to an agent", e);
    }
  }
}
