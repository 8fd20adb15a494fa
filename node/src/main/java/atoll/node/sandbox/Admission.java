package atoll.node.sandbox;

import atoll.core.Bytes;
import atoll.core.Refusal;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Decides whether the host has memory for one more guest.
///
/// The rule: a restored guest shares its template's memory until it writes, and few write all of
/// it. So each guest is *promised* half of its memory and [#MONITOR] for the monitor itself. What
/// running guests have not yet taken of their promise is set aside; the new guest's whole promise
/// must fit into what the kernel calls available, less that, less [#RESERVE] for the host. A guest
/// that takes more than its promise is bounded by its control group, not here.
///
/// Threads: safe anywhere.
final class Admission {
  static final Bytes MONITOR = Bytes.mib(64);
  static final Bytes RESERVE = Bytes.mib(512);

  private static final class Promise {
    final long bytes;
    volatile long pid;

    Promise(long bytes) {
      this.bytes = bytes;
    }
  }

  private final HostMemory memory;
  private final Map<Long, Promise> promises = new HashMap<>();

  Admission(HostMemory memory) {
    this.memory = memory;
  }

  /// Sets a guest's promise aside until [#leave].
  ///
  /// @throws Refusal.Unavailable if it does not fit
  synchronized void enter(long run, Bytes guest) throws IOException {
    long promise = guest.count() / 2 + MONITOR.count();
    long free = free();
    if (promise > free) {
      throw new Refusal.Unavailable(
          "no_memory",
          "no memory for a guest of "
              + guest
              + ": it needs "
              + mib(promise)
              + " of which "
              + mib(free)
              + " are free",
          "end other sandboxes, or use a template with less memory");
    }
    promises.put(run, new Promise(promise));
  }

  /// Sets aside what a guest that runs already was promised by an earlier process.
  synchronized void readmit(long run, Bytes guest, long pid) {
    var promise = new Promise(guest.count() / 2 + MONITOR.count());
    promise.pid = pid;
    promises.put(run, promise);
  }

  /// From now on what this process has taken counts against the guest's promise.
  synchronized void running(long run, long pid) {
    Promise promise = promises.get(run);
    if (promise != null) promise.pid = pid;
  }

  synchronized void leave(long run) {
    promises.remove(run);
  }

  /// Bytes that could still be promised; never negative.
  synchronized long free() throws IOException {
    long outstanding = 0;
    for (Promise p : promises.values()) {
      long taken = p.pid == 0 ? 0 : memory.privateOf(p.pid);
      outstanding += Math.max(0, p.bytes - taken);
    }
    return Math.max(0, memory.available() - outstanding - RESERVE.count());
  }

  private static String mib(long bytes) {
    return new Bytes(Math.max(0, bytes)).toMib() + " MiB";
  }
}
