package atoll.vmm.qemu;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.Child;
import atoll.linux.process.ExitStatus;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import atoll.vmm.VmSpec;
import atoll.vmm.VmSpec.Origin;
import atoll.vmm.VmmException;
import atoll.vmm.console.MonitorOutput;
import atoll.vmm.io.IoLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/// One QEMU process. See [Vm].
final class QemuVm implements Vm {
  private static final System.Logger LOG = System.getLogger(QemuVm.class.getName());
  private static final int SIGKILL = 9;

  /// How long a killed process may take to be gone when a start is given up.
  private static final Duration ABANDON = Duration.ofSeconds(5);

  /// How long after a broken conversation the process's own end may follow: it is the better
  /// explanation.
  private static final Duration OBITUARY = Duration.ofMillis(1500);

  private final IoLoop loop;
  private final VmSpec spec;
  private final Jail jail;
  private final Child child;
  private final MonitorOutput output;
  private final CompletableFuture<VmExit> exit;
  private final Migration migration = new Migration();
  private final ReentrantLock control = new ReentrantLock();
  private volatile String shutdownReason = "";
  private Qmp qmp;

  QemuVm(IoLoop loop, VmSpec spec, Jail jail, Child child, MonitorOutput output) {
    this.loop = loop;
    this.spec = spec;
    this.jail = jail;
    this.child = child;
    this.output = output;
    exit =
        child
            .exit()
            .thenCompose(status -> output.drained().thenApply(_ -> obituary(status)))
            .thenApply(this::clean);
  }

  /// Sends everything that needs no answer before the guest may run: the state is loaded while
  /// others prove the namespace.
  void converse() throws IOException {
    qmp = Qmp.connect(loop, jail.controlSocket(), this::event);
    if (!keepsMemoryInFile()) return;
    failMigration(qmp.send("migrate-set-capabilities", Migration.CAPABILITIES));
    if (spec.origin() instanceof Origin.Restore)
      failMigration(
          qmp.send("migrate-incoming", Json.object("uri", "fd:" + QemuCommand.DEVICE_STATE)));
  }

  /// A later conversation with a QEMU whose guest runs: its console connects to us again.
  void converseAnew() throws IOException {
    qmp = Qmp.connect(loop, jail.controlSocket(), this::event);
    Json.Obj address =
        Json.object("type", "unix", "data", Json.object("path", jail.consoleSocket().toString()));
    Json.Obj backend =
        Json.object("type", "socket", "data", Json.object("addr", address, "server", false));
    var _ =
        qmp.send("chardev-change", Json.object("id", "console", "backend", backend))
            .exceptionally(this::withoutConsole);
  }

  private Json withoutConsole(Throwable cause) {
    LOG.log(
        System.Logger.Level.WARNING,
        "the console of {0} is not read any more: {1}",
        spec.name(),
        cause.getMessage());
    return Json.NULL;
  }

  private boolean keepsMemoryInFile() {
    return !(spec.origin() instanceof Origin.ColdBoot boot) || boot.memoryFile() != null;
  }

  private void failMigration(CompletableFuture<Json> answer) {
    answer.whenComplete((_, refused) -> {
      if (refused != null) migration.fail(refused);
    });
  }

  private void event(Json.Obj message) {
    switch (message.text("event").orElse("")) {
      case "MIGRATION" -> migration.status(message.object("data").text("status").orElse(""));
      case "SHUTDOWN" -> shutdownReason = message.object("data").text("reason").orElse("");
      default -> LOG.log(System.Logger.Level.TRACE, message);
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
  public void run(Deadline deadline) throws IOException {
    serially(() -> {
      var wanted = new AtomicBoolean(true);
      try {
        await(letRun(wanted), "let the guest run", deadline);
      } finally {
        wanted.set(false);
      }
    });
  }

  /// The guest goes on from the very event that says its state is loaded, unless the caller has
  /// given up by then.
  private CompletableFuture<Json> letRun(AtomicBoolean wanted) {
    if (spec.origin() instanceof Origin.ColdBoot) return qmp.send("cont", Json.EMPTY);
    return migration
        .done()
        .thenCompose(_ ->
            wanted.get()
                ? qmp.send("cont", Json.EMPTY)
                : CompletableFuture.failedFuture(new VmmException("nobody waits any more")));
  }

  @Override
  public void pause(Deadline deadline) throws IOException {
    serially(() -> await(qmp.send("stop", Json.EMPTY), "pause the guest", deadline));
  }

  @Override
  public void resume(Deadline deadline) throws IOException {
    serially(() -> await(qmp.send("cont", Json.EMPTY), "resume the guest", deadline));
  }

  @Override
  public void saveDeviceState(Path file, Deadline deadline) throws IOException {
    if (!(spec.origin() instanceof Origin.ColdBoot boot) || boot.memoryFile() == null)
      throw new VmmException(
          "the device state of "
              + spec.name()
              + " alone is no snapshot: its memory is not in a file of its own");
    serially(() -> {
      try (var state = new DeviceStateFile(loop, jail.stateSocket(), file)) {
        migration.begin();
        await(
            qmp.send("migrate", Json.object("uri", "unix:" + jail.stateSocket())),
            "save the device state",
            deadline);
        await(migration.done(), "save the device state", deadline);
        await(state.received(), "hand over the device state", deadline);
        state.publish();
      }
    });
  }

  @Override
  public List<String> consoleTail(int lines) {
    return output.consoleTail(lines);
  }

  @Override
  public void stop(Deadline deadline) {
    try {
      child.signal(SIGKILL);
      exit.get(deadline.left().toNanos(), TimeUnit.NANOSECONDS);
    } catch (KernelException | java.util.concurrent.ExecutionException e) {
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
    if (qmp != null) qmp.close();
    output.close();
  }

  /// Ends a process whose start failed.
  void abandon() {
    stop(Deadline.after(ABANDON));
  }

  /// Blocking I/O under one lock: control calls are rare and end at their deadlines.
  private void serially(Step step) throws IOException {
    control.lock();
    try {
      step.run();
    } finally {
      control.unlock();
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private void await(CompletableFuture<?> future, String what, Deadline deadline)
      throws IOException {
    try {
      Waiting.await(future, what, deadline);
    } catch (VmmException e) {
      throw explained(e, what);
    }
  }

  /// When the process is gone, or going, how it ended says more than the broken conversation.
  private VmmException explained(VmmException e, String what) {
    if (e.getCause() instanceof TimeoutException) return e;
    try {
      VmExit end = exit.get(OBITUARY.toMillis(), TimeUnit.MILLISECONDS);
      return new VmmException("the monitor ended before it could " + what + ": " + end, e);
    } catch (TimeoutException | java.util.concurrent.ExecutionException _) {
      return e; // it lives: then it meant what it said
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return e;
    }
  }

  private VmExit obituary(ExitStatus status) {
    String words = output.lastWords();
    if (words.isEmpty() && !shutdownReason.isEmpty()) words = "shut down by " + shutdownReason;
    boolean untold = status.code() < 0 && status.signal() == 0; // adopted: its parent knows
    int code = untold && shutdownReason.startsWith("guest") ? 0 : status.code();
    var seen = output.guestEnd();
    if (code == 0 && seen.isPresent())
      return new VmExit(code, status.signal(), seen.get().message(), seen.get().reason());
    return new VmExit(code, status.signal(), words);
  }

  /// Before anybody hears of the end: who does may count on nothing being left.
  private VmExit clean(VmExit end) {
    if (qmp != null) qmp.close();
    migration.fail(new VmmException("the monitor ended: " + end));
    output.close();
    try {
      Files.deleteIfExists(jail.controlSocket());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "removing the control socket of " + spec.name(), e);
    }
    return end;
  }
}
