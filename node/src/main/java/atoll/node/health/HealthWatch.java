package atoll.node.health;

import atoll.core.Deadline;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Poll;
import atoll.protocol.node.SandboxHealth;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Looks after the running sandboxes of a node: at once when the kernel tells that a link changed,
/// every 20 seconds otherwise, every second while something does not fit.
///
/// - **Threads** one platform thread sleeps in poll(2) over the events of all links and the next
///   look that is due; looks run on at most four others, which end when there is nothing to do.
/// - **Owner** the node's sandboxes. A [Watch] is closed before its sandbox gives its slot back;
///   then no look is under way.
public final class HealthWatch {
  private static final System.Logger LOG = System.getLogger(HealthWatch.class.getName());
  private static final int LOOKERS = 4;
  private static final Duration IDLE_LOOKER = Duration.ofSeconds(30);
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(20);

  private final List<Watch> watches = new CopyOnWriteArrayList<>();
  private final Consumer<SandboxHealth> changed;
  private final ThreadPoolExecutor lookers;
  private Fd wake; // LOCK: this; null until the first watch
  private boolean running; // LOCK: this

  /// @param changed is told of each change, on a looker's thread
  public HealthWatch(Consumer<SandboxHealth> changed) {
    this.changed = changed;
    this.lookers =
        new ThreadPoolExecutor(
            LOOKERS,
            LOOKERS,
            IDLE_LOOKER.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(), // at most one look of each sandbox
            task -> Thread.ofPlatform().daemon().name("health-look").unstarted(task));
    lookers.allowCoreThreadTimeOut(true);
  }

  /// Begins to look after a sandbox that has just been proven well.
  public Watch watch(Patient patient, SandboxHealth now) throws IOException {
    var watch = new Watch(patient, now, this);
    begin(watch);
    wake();
    return watch;
  }

  private synchronized void begin(Watch watch) throws KernelException {
    if (wake == null) wake = FdIo.eventfd();
    watches.add(watch);
    if (running) return;
    running = true;
    Fd events = wake;
    Thread.ofPlatform().daemon().name("health").start(() -> run(events));
  }

  /// The thread ends with the last sandbox.
  private synchronized boolean isNeeded() {
    running = !watches.isEmpty();
    return running;
  }

  void forget(Watch watch) {
    watches.remove(watch);
    wake();
  }

  void look(Watch watch) {
    lookers.execute(watch::look);
  }

  void tell(SandboxHealth now) {
    changed.accept(now);
  }

  /// The sleeping thread looks anew at what there is to wait for.
  void wake() {
    try {
      FdIo.write(waker(), new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
    } catch (KernelException e) {
      LOG.log(System.Logger.Level.WARNING, "waking the health thread", e);
    }
  }

  private synchronized Fd waker() {
    return wake;
  }

  private void run(Fd events) {
    while (isNeeded()) {
      try {
        List<Watch> all = List.copyOf(watches);
        var next = Deadline.after(untilNext(all));
        if (Poll.await(next, Poll.IN, descriptors(events, all)) == 0)
          FdIo.read(events, new byte[8]);
        for (Watch watch : all) if (watch.isDue()) look(watch);
      } catch (KernelException | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "watching over the sandboxes failed and goes on", e);
        watches.forEach(Watch::withoutEvents); // one of theirs is broken: looks in time go on
      }
    }
  }

  private static Duration untilNext(List<Watch> all) {
    Duration next = LONGEST_SLEEP;
    for (Watch watch : all) {
      Duration due = watch.untilDue();
      if (due.compareTo(next) < 0) next = due;
    }
    return next;
  }

  private static int[] descriptors(Fd events, List<Watch> all) {
    var fds = new ArrayList<Integer>();
    fds.add(events.number());
    for (Watch watch : all) {
      int fd = watch.eventDescriptor();
      if (fd >= 0) fds.add(fd);
    }
    return fds.stream().mapToInt(Integer::intValue).toArray();
  }
}
