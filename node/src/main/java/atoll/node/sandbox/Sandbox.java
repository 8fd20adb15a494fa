package atoll.node.sandbox;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.core.Timeline;
import atoll.node.health.Patient;
import atoll.node.health.Watch;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Survivor;
import atoll.protocol.network.EgressPolicy;
import atoll.protocol.node.CreateSandbox;
import atoll.protocol.node.GuestDialer;
import atoll.protocol.node.RunningSandbox;
import atoll.protocol.node.SandboxExit;
import atoll.protocol.node.SandboxHealth;
import atoll.protocol.node.SandboxInspection;
import atoll.template.Template;
import atoll.vmm.Vm;
import atoll.vmm.VmExit;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/// One sandbox on this node, from its first step to the moment when nothing of it is left.
///
/// | phase    | ends by                                  | next     |
/// |----------|------------------------------------------|----------|
/// | STARTING | the gate is passed                       | RUNNING  |
/// | STARTING | a step fails, or [#end()] was called     | ENDED    |
/// | STARTING | [#takeOver()] has proven it              | RUNNING  |
/// | RUNNING  | [#end()], or the monitor ends by itself  | ENDING   |
/// | RUNNING  | [#letGo()]                               | LEFT     |
/// | ENDING   | everything it held is given up           | ENDED    |
///
/// One that an earlier process left running begins with [#takeOver()] in place of [#start()].
///
/// - **Owner** of everything the sandbox holds; the thread in [#start()] gives up a half-made one,
///   whoever ends it else. [#letGo()] leaves all of it on the host.
/// - **Threads** [#start()] or [#takeOver()] once; everything else anywhere.
final class Sandbox {
  /// Who is told how it ended.
  interface Listener {
    /// Nothing of the sandbox is left; called once, before the other.
    void gone(Sandbox sandbox);

    /// It ends though nobody asked for it, and why: told before the clean-up, which may take
    /// seconds, so that whoever looks meanwhile finds the reason.
    void ending(SandboxExit exit);

    /// It has ended so, and nothing of it is left.
    void exited(SandboxExit exit);

    /// It runs: somebody must look after it from now on, until what is returned is closed.
    Watch watch(Sandbox sandbox, Patient patient) throws IOException;
  }

  private enum Phase {
    STARTING,
    RUNNING,
    LEFT,
    ENDING,
    ENDED
  }

  private static final Duration LONGEST_END =
      Duration.ofSeconds(30); // monitor 10 s, control group and slot the rest
  private static final int TAIL_LINES = 40;
  private static final System.Logger LOG = System.getLogger(Sandbox.class.getName());

  private final Workshop workshop;
  private final CreateSandbox request;
  private final Template template;
  private final long run;
  private final StartPermits permits;
  private final Admission admission;
  private final Listener listener;
  private final Holdings holdings = new Holdings();
  private final Timeline.Recorder times = new Timeline.Recorder();
  private final Reach reach = new Reach();
  private final CompletableFuture<List<String>> ended = new CompletableFuture<>();
  private final Survivor survivor; // null for one that is started here
  private volatile Beginning launch;
  private final ReentrantLock egress = new ReentrantLock();

  private Phase phase = Phase.STARTING; // LOCK: this
  private boolean killed; // LOCK: this
  private Thread inLine; // LOCK: this; waits for a permit
  private volatile Launched launched;
  private volatile RunningSandbox running;
  private volatile Watch watch; // before it can be reached

  Sandbox(
      Workshop workshop,
      CreateSandbox request,
      Template template,
      long run,
      StartPermits permits,
      Admission admission,
      Listener listener) {
    this(workshop, request, template, run, null, permits, admission, listener);
  }

  /// One that an earlier process left running; needs no permit.
  Sandbox(
      Workshop workshop,
      Survivor survivor,
      Template template,
      Admission admission,
      Listener listener) {
    this(
        workshop,
        new CreateSandbox(
            survivor.sandbox().sandbox(),
            template.info().id(),
            null,
            Map.of(),
            EgressPolicy.CLOSED,
            null),
        template,
        survivor.sandbox().run(),
        survivor,
        null,
        admission,
        listener);
  }

  private Sandbox(
      Workshop workshop,
      CreateSandbox request,
      Template template,
      long run,
      Survivor survivor,
      StartPermits permits,
      Admission admission,
      Listener listener) {
    this.workshop = workshop;
    this.request = request;
    this.template = template;
    this.run = run;
    this.permits = permits;
    this.admission = admission;
    this.listener = listener;
    this.survivor = survivor;
    this.launch =
        survivor == null
            ? fresh()
            : new TakeOver(workshop, survivor, template, holdings, this::checkpoint);
  }

  private Launch fresh() {
    return new Launch(workshop, request, run, template, holdings, times, this::checkpoint);
  }

  /// Starts it and returns when the launch gate is passed. After a failure nothing is left.
  RunningSandbox start() {
    try {
      promiseMemory();
      try (var _ = takePermit()) {
        startNow();
      }
      return running;
    } catch (IOException | RuntimeException | Error e) {
      throw givenUp(e);
    }
  }

  private void promiseMemory() throws IOException {
    admission.enter(run, Bytes.mib(template.info().memoryMib()));
    holdings.add("memory promise", () -> admission.leave(run));
  }

  /// Once more, in another slot, if it was the slot's fault and nothing of the first try is left.
  private Launched launched() throws IOException {
    try {
      return launch.run();
    } catch (IOException | RuntimeException e) {
      if (!StartFailure.isCuredByAnotherSlot(e) || wasKilled()) throw e;
      LOG.log(
          System.Logger.Level.WARNING,
          "sandbox {0} is started again in another slot: {1}",
          request.id(),
          e.getMessage());
      if (!holdings.releaseAll().isEmpty()) throw e;
      times.mark("retry");
      promiseMemory();
      launch = fresh();
      return launch.run();
    }
  }

  private Refusal givenUp(Throwable cause) {
    List<String> left = finish();
    Refusal refusal =
        wasKilled() ? killedRefusal() : StartFailure.refusal(request.id(), launch.step(), cause);
    left.forEach(failure -> refusal.addSuppressed(new IOException(failure)));
    return refusal;
  }

  /// Proves that it runs as it did and makes it ours; nothing is done to the guest. After a failure
  /// nothing is left of it.
  void takeOver() {
    try {
      admission.readmit(run, Bytes.mib(template.info().memoryMib()), survivor.process().pid());
      holdings.add("memory promise", () -> admission.leave(run));
      Launched found = launch.run();
      HostObject.Tenancy tenancy = survivor.sandbox();
      launched = found;
      running = view(tenancy.agentVersion(), tenancy.readyAt(), tenancy.timeline());
      becomeRunning(found);
    } catch (IOException | RuntimeException | Error e) {
      throw givenUp(e);
    }
  }

  /// An end that comes while this waits in line is told by an interrupt, which stays between us.
  private StartPermits.Permit takePermit() {
    synchronized (this) {
      if (killed) throw killedRefusal();
      inLine = Thread.currentThread();
    }
    try {
      return permits.take();
    } finally {
      synchronized (this) {
        inLine = null;
        if (killed) {
          var _ = Thread.interrupted();
        }
      }
    }
  }

  private void startNow() throws IOException {
    times.mark("queue");
    Launched fresh = launched();
    admission.running(run, fresh.vm().pid());
    checkpoint("init");
    String agentVersion = identify(fresh);
    times.mark("init");
    if (fresh.seat() != null) proveSeat(fresh);
    fresh.agent().close();
    launched = fresh;
    running = view(agentVersion, Instant.now(), times.timeline());
    journal(fresh);
    becomeRunning(fresh);
  }

  /// The guest has its address in the shared network, and answers there.
  private void proveSeat(Launched fresh) throws IOException {
    checkpoint("seat_proof");
    fresh.gate().proveSeat(fresh.seat()::prove);
    times.mark("seat_proof");
  }

  private String identify(Launched fresh) {
    try {
      return fresh.gate().init(fresh.identity(request));
    } catch (RuntimeException e) {
      fresh.slot().wear();
      throw e;
    }
  }

  /// From here on the sandbox outlives this process.
  private void journal(Launched fresh) throws IOException {
    checkpoint("tenancy");
    Ledger.Entry entry = workshop.ledger().note(fresh.tenancy(running, run));
    holdings.add("tenancy", () -> workshop.ledger().close(entry));
    checkpoint("running");
  }

  private RunningSandbox view(String agentVersion, Instant readyAt, Timeline timeline) {
    return Inspection.running(request.id(), template, agentVersion, readyAt, timeline);
  }

  private void becomeRunning(Launched fresh) throws IOException {
    Watch begun =
        listener.watch(
            this, new LookedAfter(request.id(), fresh.slot(), fresh.seat(), workshop.agents()));
    watch = begun;
    holdings.add(
        "health",
        () -> {
          begun.close();
          if (begun.wasIll()) fresh.slot().wear();
        });
    beReached(fresh);
  }

  /// Empty unless it runs.
  Optional<SandboxHealth> health() {
    return reach.isOpen() ? Optional.of(watch.now()) : Optional.empty();
  }

  private synchronized void beReached(Launched fresh) {
    if (killed) throw killedRefusal();
    phase = Phase.RUNNING;
    reach.open(fresh.slot());
    var _ =
        fresh
            .vm()
            .exit()
            .thenAccept(
                exit -> Thread.ofVirtual().name("exit-" + request.id()).start(() -> exited(exit)));
  }

  /// Ends it and returns when nothing of it is left; may be repeated, and during a start.
  ///
  /// @throws Refusal.Failed naming what could not be removed
  void end() {
    if (beginEnd()) finish();
    else launchedMonitor().ifPresent(vm -> vm.stop(Deadline.after(Duration.ofSeconds(5))));
    List<String> left = awaitEnd();
    if (left.isEmpty()) return;
    throw new Refusal.Failed(
        "kill_incomplete",
        "sandbox "
            + request.id()
            + " ended, but something of it is left: "
            + String.join("; ", left),
        "a restart of the node removes it",
        null,
        null);
  }

  /// Leaves a running sandbox to a later process; one that starts is ended.
  void letGo() {
    synchronized (this) {
      if (phase == Phase.RUNNING) phase = Phase.LEFT;
    }
    if (isLeft()) {
      reach.close();
      watch.close();
      launchedMonitor().ifPresent(Vm::letGo);
    } else end();
  }

  private synchronized boolean isLeft() {
    return phase == Phase.LEFT;
  }

  /// True if the caller is now the one who gives everything up.
  private synchronized boolean beginEnd() {
    killed = true;
    if (inLine != null) inLine.interrupt();
    if (phase != Phase.RUNNING) return false;
    phase = Phase.ENDING;
    return true;
  }

  private Optional<Vm> launchedMonitor() {
    return Optional.ofNullable(launch.vm());
  }

  private List<String> awaitEnd() {
    try {
      return ended.get(LONGEST_END.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return List.of("not all was removed within " + LONGEST_END.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of("the wait was interrupted");
    } catch (ExecutionException e) {
      return List.of(String.valueOf(e.getCause()));
    }
  }

  private void exited(VmExit exit) {
    synchronized (this) {
      if (phase != Phase.RUNNING) return;
      phase = Phase.ENDING;
    }
    List<String> tail = consoleTail(TAIL_LINES);
    boolean byGuest = exit.code() == 0 && exit.signal() == 0;
    boolean starved = !byGuest && killedForMemory(); // the count goes with the group
    String message = byGuest ? "the guest powered off" : "the monitor ended: " + exit;
    if (starved) message += ", by the kernel for want of memory";
    if (exit.reason().isPresent()) message = exit.message();
    String reason = exit.reason().orElse(byGuest ? "guest_stopped" : Rung.VMM_ALIVE.code());
    var how = new SandboxExit(request.id(), reason, message, tail);
    listener.ending(how);
    finish();
    listener.exited(how);
  }

  private boolean killedForMemory() {
    Launched now = launched;
    return now != null && now.group().killedForMemory() > 0;
  }

  /// Gives everything up, on a thread that nobody interrupts: an interrupted caller could neither
  /// wait for the monitor's end nor read a file.
  private List<String> finish() {
    Thread.ofVirtual().name("end-" + request.id()).start(this::giveUp);
    return ended.join();
  }

  private void giveUp() {
    var left = List.of("the clean-up broke off");
    try {
      reach.close();
      left = release();
    } finally {
      synchronized (this) {
        phase = Phase.ENDED;
      }
      listener.gone(this);
      ended.complete(left);
    }
  }

  private void checkpoint(String step) throws IOException {
    workshop.failpoint().reached(step);
    synchronized (this) {
      if (killed && phase == Phase.STARTING && !ending(step)) throw killedRefusal();
    }
  }

  private static boolean ending(String step) {
    return step.startsWith("remove ") || step.startsWith("forget ") || step.startsWith("release ");
  }

  private synchronized boolean wasKilled() {
    return killed;
  }

  private Refusal killedRefusal() {
    return new Refusal.Conflict(
        "sandbox_killed", "sandbox " + request.id() + " was killed while it started");
  }

  /// Puts another egress policy in force. Of two at once the last one stays, on disk and in the
  /// kernel.
  void egress(EgressPolicy policy) {
    egress.lock();
    try {
      Launched now = launched;
      if (!reach.isOpen() || now == null) throw notRunning();
      replace(now, policy);
    } catch (IOException e) {
      if (!reach.isOpen()) throw notRunning();
      throw new Refusal.Failed(
          "egress_failed",
          "the network of sandbox " + request.id() + " was not changed: " + e.getMessage(),
          "the policy before is still in force; see the node's log",
          null,
          e);
    } finally {
      egress.unlock();
    }
  }

  /// Waits for a change of policy under way, which would write into what is removed here; none
  /// begins any more.
  private List<String> release() {
    egress.lock();
    try {
      return holdings.releaseAll();
    } finally {
      egress.unlock();
    }
  }

  private static void replace(Launched now, EgressPolicy policy) throws IOException {
    EgressPolicy before = now.slot().egress();
    PolicyFile.write(now.paths().egress(), policy);
    try {
      now.slot().egress(policy);
    } catch (IOException | RuntimeException e) {
      PolicyFile.write(now.paths().egress(), before);
      throw e;
    }
  }

  private Refusal notRunning() {
    return new Refusal.NotFound(
        "sandbox_not_on_node", "sandbox " + request.id() + " does not run on this node");
  }

  CreateSandbox request() {
    return request;
  }

  /// Empty until the gate is passed.
  Optional<RunningSandbox> running() {
    return reach.isOpen() ? Optional.ofNullable(running) : Optional.empty();
  }

  Optional<GuestDialer.Route> route() {
    return reach.guestAddress().map(address -> new GuestDialer.Route(request.id(), run, address));
  }

  long run() {
    return run;
  }

  Reach reach() {
    return reach;
  }

  /// Lines of the console, oldest first; none before the monitor exists.
  List<String> consoleTail(int lines) {
    return launchedMonitor().map(vm -> vm.consoleTail(lines)).orElse(List.of());
  }

  Optional<SandboxInspection> inspect() {
    Launched now = launched;
    return now == null || running == null
        ? Optional.empty()
        : Optional.of(Inspection.of(request.id(), now, workshop.vmm(), running.timeline()));
  }
}
