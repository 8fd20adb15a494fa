package atoll.doctor.evidence;

import atoll.core.Deadline;
import atoll.core.Patience;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.net.FdSocket;
import atoll.linux.net.NamespaceDialer;
import atoll.linux.net.Netns;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpException;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Asks the agent as the node does: a connection made in the namespace, `GET /health`.
final class AgentProbe {
  private static final Duration ATTEMPT = Duration.ofMillis(450);
  private static final int ATTEMPTS = 3;
  private static final int REPLY_LIMIT = 4096;

  /// A best answer below this is quick enough to ask no more.
  private static final double QUICK_MILLIS = 150;

  private final NamespaceDialer dialer;
  private final Netns namespace;
  private final Duration attempt;
  private String tcp = "timeout";
  private int status;
  private double best = -1;
  private String said = "";

  private AgentProbe(NamespaceDialer dialer, Netns namespace, Duration attempt) {
    this.dialer = dialer;
    this.namespace = namespace;
    this.attempt = attempt;
  }

  record Outcome(String tcp, int status, double healthMillis, String said) {}

  static Outcome run(
      NamespaceDialer dialer, Netns namespace, Deadline deadline, Patience patience) {
    var probe = new AgentProbe(dialer, namespace, patience.with(ATTEMPT));
    for (int i = 0; i < ATTEMPTS && !deadline.expired(); i++) {
      probe.attempt(deadline);
      if (probe.best >= 0 && probe.best < QUICK_MILLIS) break;
    }
    return new Outcome(probe.tcp, probe.status, probe.best, probe.said);
  }

  /// The first attempt gets its share of time, a last one all that is left.
  private void attempt(Deadline whole) {
    Deadline deadline =
        best < 0 && status == 0 && !tcp.equals("timeout") ? whole : whole.within(attempt);
    long start = System.nanoTime();
    try (FdSocket socket = connect(deadline)) {
      if (socket == null) return;
      tcp = "connected";
      ask(socket, whole, start);
    } catch (IOException e) {
      if (!tcp.equals("connected")) tcp = words(e);
    }
  }

  private FdSocket connect(Deadline deadline) throws IOException {
    try {
      return FdSocket.connect(
          new Fd(dialer.socket(namespace)), Expected.GUEST, Expected.AGENT_PORT, deadline);
    } catch (IOException e) {
      if (!tcp.equals("connected")) tcp = words(e);
      return null;
    }
  }

  private void ask(FdSocket socket, Deadline deadline, long start) {
    try (var client = new HttpClient(socket)) {
      HttpReply reply = client.send("GET", "/health", new HttpHeaders(), null, deadline);
      reply.bytes(REPLY_LIMIT);
      status = reply.status();
      double millis = (System.nanoTime() - start) / 1e6;
      if (status == 204 && (best < 0 || millis < best)) best = millis;
    } catch (HttpException e) {
      said = e.getMessage();
    } catch (IOException e) {
      said = e instanceof SocketTimeoutException ? "" : String.valueOf(e.getMessage());
    }
  }

  private static String words(IOException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof KernelException k)
        return switch (k.errno()) {
          case Errno.ECONNREFUSED -> "refused";
          case Errno.ETIMEDOUT -> "timeout";
          case Errno.ENETUNREACH -> "no route";
          case Errno.EHOSTUNREACH -> "host unreachable";
          default -> Errno.text(k.errno());
        };
      if (t instanceof SocketTimeoutException) return "timeout";
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("refused")) return "refused";
    return (message.contains("not ") && message.contains("within")) || message.contains("timed out")
        ? "timeout"
        : message;
  }
}
