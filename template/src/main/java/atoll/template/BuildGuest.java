package atoll.template;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.protocol.agent.AgentClient;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A guest that boots cold, seen from the build.
final class BuildGuest {
  private static final System.Logger LOG = System.getLogger(BuildGuest.class.getName());
  private static final int CONSOLE_LINES = 30;
  private static final Duration ATTEMPT = Duration.ofMillis(700);
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long LONGEST_PAUSE_MILLIS = 400;

  private final Vm vm;
  private final BuildSlot slot;

  BuildGuest(Vm vm, BuildSlot slot) {
    this.vm = vm;
    this.slot = slot;
  }

  /// Returns when the agent says that it is well. A guest sends no event, so it is asked, with
  /// growing pauses, each of which ends at once when the monitor does.
  void awaitAgent(Deadline deadline) {
    long pause = FIRST_PAUSE_MILLIS;
    String last = "never tried";
    while (!deadline.expired()) {
      try {
        if (healthy(deadline.within(ATTEMPT))) return;
        last = "it does not say that it is well";
      } catch (IOException e) {
        last = e.getMessage();
      }
      requireMonitor(pause);
      pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
    }
    throw failed(Rung.AGENT_TCP.code(), "the agent did not answer in time: " + last, null);
  }

  private boolean healthy(Deadline deadline) throws IOException {
    try (var agent = agent(deadline)) {
      return agent.health(deadline);
    }
  }

  private AgentClient agent(Deadline deadline) throws IOException {
    Connection connection = connect(deadline);
    try {
      return new AgentClient(connection, null);
    } catch (IOException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /// Closed when the monitor ends: a guest that is gone would else be waited for until the
  /// deadline.
  private Connection connect(Deadline deadline) throws IOException {
    Connection connection = slot.connect(AgentClient.PORT, deadline);
    vm.exit().whenComplete((_, _) -> close(connection));
    return connection;
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a connection to a guest that is gone", e);
    }
  }

  /// Waits for the monitor's end, or for `millis`.
  private void requireMonitor(long millis) {
    try {
      VmExit end = vm.exit().get(millis, TimeUnit.MILLISECONDS);
      throw failed(Rung.VMM_ALIVE.code(), "the monitor ended: " + end, null);
    } catch (TimeoutException e) {
      return; // it lives, as it should
    } catch (ExecutionException e) {
      throw failed(Rung.VMM_ALIVE.code(), "the monitor's end is unknown", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("build_interrupted", "interrupted while the guest booted", e);
    }
  }

  /// Lets the agent do once what sandboxes will ask of it, and returns its version.
  String warm(String templateId, UUID buildId, Deadline deadline) throws IOException {
    try (var agent = agent(deadline)) {
      return new WarmUp(agent, () -> connect(deadline), deadline).run(templateId, buildId);
    } catch (IOException e) {
      requireMonitor(0);
      throw failed("warm_up_failed", "the warm-up of the guest failed: " + e.getMessage(), e);
    }
  }

  private Refusal failed(String reason, String message, Throwable cause) {
    String console = String.join("\n", vm.consoleTail(CONSOLE_LINES));
    return new Refusal.Failed(
        reason, message, "the guest's last console lines are in the detail", console, cause);
  }
}
