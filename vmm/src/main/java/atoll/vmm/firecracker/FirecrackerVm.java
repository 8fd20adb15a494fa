package atoll.vmm.firecracker;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.Child;
import atoll.linux.process.ExitStatus;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.VmmException;
import atoll.vmm.console.GuestEnd;
import atoll.vmm.firecracker.FirecrackerApi.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// One Firecracker process. See [Vm].
///
/// | phase    | by                        | next     |
/// |----------|---------------------------|----------|
/// | SPAWNED  | [#attach]: machine made   | ATTACHED |
/// | ATTACHED | [#run]                    | RUNNING  |
/// | RUNNING  | [#pause]                  | PAUSED   |
/// | PAUSED   | [#resume]                 | RUNNING  |
///
/// A call that fails changes no phase. The process's end ends all of them.
final class FirecrackerVm implements Vm {
  private static final System.Logger LOG = System.getLogger(FirecrackerVm.class.getName());
  private static final int SIGKILL = 9;

  /// Between two looks for the API's socket, which ends at once when the process does.
  private static final Duration LOOK = Duration.ofMillis(2);

  /// How long after a broken conversation the process's own end may follow: it is the better
  /// explanation.
  private static final Duration OBITUARY = Duration.ofMillis(1500);

  private static final Call PAUSE = Call.patch("/vm", Json.object("state", "Paused"));
  private static final Call RESUME = Call.patch("/vm", Json.object("state", "Resumed"));

  private enum Phase {
    SPAWNED,
    ATTACHED,
    RUNNING,
    PAUSED
  }

  private final VmSpec spec;
  private final Room room;
  private final MachinePlan plan;
  private final FirecrackerApi api;
  private final Child child;
  private final Outfit outfit;
  private final CompletableFuture<VmExit> exit = new CompletableFuture<>();
  private final ReentrantLock control = new ReentrantLock();
  private Phase phase = Phase.SPAWNED; // LOCK: control
  private ApiConnection starting; // LOCK: control; from the API's opening until the guest runs
  private volatile VmmException refused;
  private volatile String lost;
  private volatile boolean letGo;

  /// What the process was given and must be given back after its end.
  record Outfit(MonitorPipes pipes, GuestEnd end, PendingDisk disk) {}

  /// @param plan null for one that was made already and runs
  FirecrackerVm(
      VmSpec spec, Room room, MachinePlan plan, FirecrackerApi api, Child child, Outfit outfit) {
    this.spec = spec;
    this.room = room;
    this.plan = plan;
    this.api = api;
    this.child = child;
    this.outfit = outfit;
    if (plan == null) phase = Phase.RUNNING;
    child.exit().thenAccept(status -> Thread.ofVirtual().start(() -> bury(status)));
    outfit.disk.lost().thenAccept(this::diskLost);
  }

  /// A guest whose disk is dead reads errors for ever: its sandbox is over.
  private void diskLost(String cause) {
    if (letGo) return;
    lost = cause;
    kill("its disk was lost");
  }

  /// A guest that powered off leaves its process running.
  void guestEnded(GuestEnd.Seen seen) {
    if (!letGo && seen.kind() == GuestEnd.Kind.POWER_OFF) kill("its guest powered off");
  }

  private void kill(String why) {
    LOG.log(System.Logger.Level.DEBUG, "ending the monitor of {0}: {1}", spec.name(), why);
    try {
      child.signal(SIGKILL);
    } catch (KernelException e) {
      LOG.log(System.Logger.Level.WARNING, "ending the monitor of " + spec.name(), e);
    }
  }

  @Override
  public long pid() {
    return child.pid();
  }

  @Override
  public boolean alive() {
    return child.alive();
  }

  @Override
  public CompletableFuture<VmExit> exit() {
    return exit.copy();
  }

  @Override
  public void attach(Deadline deadline) throws IOException {
    serially("make the machine", () -> attachNow(deadline));
  }

  private void attachNow(Deadline deadline) throws IOException {
    if (phase != Phase.SPAWNED) return;
    hangUp(); // whatever a failed attempt left unanswered there
    starting = awaitApi(deadline);
    outfit.disk.await();
    for (Call call : plan.prepare()) starting.call(call, deadline);
    phase = Phase.ATTACHED;
  }

  /// A later call on it fails as on a process that is gone.
  private void hangUp() {
    if (starting != null) starting.close();
  }

  /// The process makes its socket when it is ready: there is no event to wait for but its end.
  private ApiConnection awaitApi(Deadline deadline) throws IOException {
    while (true) {
      var connection = api.connect();
      if (connection.isPresent()) return connection.get();
      if (deadline.expired())
        throw new VmmException(
            "the monitor did not open its API in time", new TimeoutException("no API socket"));
      try {
        var ended = child.awaitEnd(LOOK);
        if (ended.isPresent())
          throw new VmmException("the monitor ended before it opened its API: " + ended.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new VmmException("interrupted while the monitor started", e);
      }
    }
  }

  @Override
  public void run(Deadline deadline) throws IOException {
    serially(
        "let the guest run",
        () -> {
          attachNow(deadline);
          require(Phase.ATTACHED, "run");
          starting.call(plan.go(), deadline);
          phase = Phase.RUNNING;
          hangUp();
        });
  }

  @Override
  public void pause(Deadline deadline) throws IOException {
    serially(
        "pause the guest",
        () -> {
          api.call(PAUSE, deadline);
          phase = Phase.PAUSED;
        });
  }

  @Override
  public void resume(Deadline deadline) throws IOException {
    serially(
        "resume the guest",
        () -> {
          api.call(RESUME, deadline);
          phase = Phase.RUNNING;
        });
  }

  @Override
  public void saveDeviceState(java.nio.file.Path file, Deadline deadline) throws IOException {
    if (!(spec.origin() instanceof Origin.ColdBoot boot) || boot.memoryFile() == null)
      throw new VmmException(
          "the device state of "
              + spec.name()
              + " alone is no snapshot: no memory file was named for it");
    serially(
        "save the device state",
        () -> {
          require(Phase.PAUSED, "be saved");
          var body =
              Json.object(
                  "snapshot_type",
                  "Full",
                  "snapshot_path",
                  Room.STATE,
                  "mem_file_path",
                  room.place(boot.memoryFile(), Room.MEMORY));
          api.call(Call.put("/snapshot/create", body), deadline);
          room.takeState(file);
        });
  }

  private void require(Phase wanted, String what) throws VmmException {
    if (phase != wanted)
      throw VmmException.refused(
          "vmm_wrong_state", spec.name() + " cannot " + what + " while it is " + phase);
  }

  @Override
  public List<String> consoleTail(int lines) {
    return outfit.pipes.consoleTail(lines);
  }

  @Override
  public void stop(Deadline deadline) {
    kill("it is stopped");
    try {
      exit.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      LOG.log(System.Logger.Level.WARNING, "stopping " + spec.name(), e);
    } catch (TimeoutException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "monitor " + pid() + " of " + spec.name() + " was killed and is not gone yet");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void letGo() {
    if (letGo) return;
    letGo = true;
    outfit.pipes.drained().join();
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private void serially(String what, Step step) throws IOException {
    if (letGo) throw new VmmException("the monitor of " + spec.name() + " was let go");
    try {
      control.lock();
      try {
        step.run();
      } catch (VmmException e) {
        if (e.reason().isPresent()) refused = e;
        throw e;
      } finally {
        control.unlock();
      }
    } catch (VmmException e) {
      throw explained(e, what);
    }
  }

  /// When the process is gone, or going, how it ended says more than the broken conversation. What
  /// it refused in words of its own needs no explanation.
  private VmmException explained(VmmException e, String what) {
    if (e.reason().isPresent() || e.getCause() instanceof TimeoutException) return e;
    try {
      VmExit end = exit.get(OBITUARY.toMillis(), TimeUnit.MILLISECONDS);
      return new VmmException("the monitor ended before it could " + what + ": " + end, e);
    } catch (TimeoutException | ExecutionException _) {
      return e; // it lives: then it meant what it said
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return e;
    }
  }

  private void giveBack() throws IOException {
    outfit.pipes.drained().join();
    outfit.disk.close();
    room.clear();
  }

  /// Gives back what the process had, unless that is another's, then tells its end. On a thread of
  /// its own.
  private void bury(ExitStatus status) {
    control.lock(); // a call under way fails at once, and what it was refused belongs to the end
    try {
      hangUp();
    } finally {
      control.unlock();
    }
    try {
      if (!letGo) giveBack();
    } catch (IOException | RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "cleaning up after " + spec.name(), e);
    } finally {
      exit.complete(
          Obituary.of(status, outfit.pipes.lastWords(), outfit.end.seen(), refused, lost));
    }
  }
}
