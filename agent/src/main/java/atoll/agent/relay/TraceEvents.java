package atoll.agent.relay;

import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Mount;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The kernel's own event of a TCP socket that enters or leaves the listening state: tracepoint
/// `sock:inet_sock_set_state` in a tracing instance of ours, filtered in the kernel. Nothing wakes
/// us otherwise.
///
/// - **Owner** whoever opened it; the instance lies in `instances/atoll-agent` and is used again
///   after a restart.
/// - **Sources** `Documentation/trace/ftrace.rst`, `Documentation/trace/events.rst`.
final class TraceEvents implements ListenEvents {
  private static final Path TRACING = Path.of("/sys/kernel/tracing");
  private static final String EVENT = "events/sock/inet_sock_set_state/";

  /// TCP_LISTEN of `include/net/tcp_states.h`.
  private static final String LISTENING = "newstate == 10 || oldstate == 10";

  /// The event comes a moment before the socket is in the kernel's table, and rarely alone.
  private static final int SETTLING_MILLIS = 25;

  private final InputStream pipe;
  private final byte[] waste = new byte[4096];

  private TraceEvents(InputStream pipe) {
    this.pipe = pipe;
  }

  /// Fails where the kernel has no tracing, or not for us.
  static TraceEvents open() throws IOException {
    if (!Files.isDirectory(TRACING.resolve("instances"))) mount();
    Path instance = TRACING.resolve("instances/atoll-agent");
    if (!Files.isDirectory(instance)) Files.createDirectory(instance);
    Files.writeString(instance.resolve("buffer_size_kb"), "16");
    Files.writeString(instance.resolve(EVENT + "filter"), LISTENING);
    Files.writeString(instance.resolve(EVENT + "enable"), "1");
    return new TraceEvents(new FileInputStream(instance.resolve("trace_pipe").toFile()));
  }

  private static void mount() throws KernelException {
    Mount.fileSystem("tracefs", TRACING);
  }

  @Override
  public void await() throws IOException, InterruptedException {
    if (pipe.read(waste) < 0) throw new IOException("the trace ended");
    TimeUnit.MILLISECONDS.sleep(SETTLING_MILLIS);
  }

  @Override
  public void close() {
    try {
      pipe.close();
    } catch (IOException e) {
      System.getLogger(TraceEvents.class.getName()).log(System.Logger.Level.DEBUG, "trace", e);
    }
  }
}
