package atoll.agent.process;

import atoll.agent.rpc.Message;
import atoll.agent.rpc.Outgoing;
import atoll.agent.rpc.RpcException;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The live processes, and for 30 s the ends of those that were.
///
/// Safe for several threads. Old ends leave when the table is next used: no timer runs for them.
final class ProcessTable {
  private static final long RETAINED_NANOS = 30_000_000_000L;
  private static final int MOST_ENDS = 4096;

  record Ended(int pid, String tag, Outgoing event, long nanos) {}

  private final ConcurrentMap<Integer, RunningProcess> live = new ConcurrentHashMap<>();

  /// By process id, the oldest end first.
  private final LinkedHashMap<Integer, Ended> ended = new LinkedHashMap<>();

  Collection<RunningProcess> live() {
    return live.values();
  }

  void add(RunningProcess process) {
    synchronized (ended) {
      ended.remove(process.pid());
      String tag = process.tag();
      if (tag != null) ended.values().removeIf(e -> tag.equals(e.tag));
    }
    live.put(process.pid(), process);
  }

  void end(RunningProcess process, Outgoing event) {
    live.remove(process.pid(), process);
    remember(new Ended(process.pid(), process.tag(), event, System.nanoTime()));
  }

  void remember(Ended end) {
    synchronized (ended) {
      forgetOld(end.nanos);
      if (ended.size() >= MOST_ENDS) ended.pollFirstEntry();
      ended.putLast(end.pid, end);
    }
  }

  private void forgetOld(long now) {
    for (Iterator<Ended> i = ended.values().iterator(); i.hasNext(); ) {
      if (now - i.next().nanos < RETAINED_NANOS) return;
      i.remove();
    }
  }

  /// The live process that this selector names.
  RunningProcess find(Message selector) throws RpcException {
    RunningProcess found = findOrNull(selector);
    if (found == null)
      throw RpcException.notFound("process with " + words(selector) + " not found");
    return found;
  }

  RunningProcess findOrNull(Message selector) throws RpcException {
    if (by(selector).equals("pid")) return live.get((int) selector.uint32("pid"));
    String tag = selector.text("tag");
    for (RunningProcess process : live.values()) if (tag.equals(process.tag())) return process;
    return null;
  }

  /// The retained end that this selector names, or null.
  Ended findEnded(Message selector) throws RpcException {
    boolean byPid = by(selector).equals("pid");
    int pid = byPid ? (int) selector.uint32("pid") : 0;
    String tag = byPid ? null : selector.text("tag");
    synchronized (ended) {
      forgetOld(System.nanoTime());
      if (byPid) return ended.get(pid);
      for (Ended e : ended.sequencedValues().reversed()) if (tag.equals(e.tag)) return e;
      return null;
    }
  }

  static String by(Message selector) throws RpcException {
    String by = selector == null ? null : selector.oneof("pid", "tag");
    if (by == null)
      throw RpcException.unimplemented("invalid process selector: process selector is required");
    return by;
  }

  static String words(Message selector) throws RpcException {
    return by(selector).equals("pid")
        ? "pid " + selector.uint32("pid")
        : "tag " + selector.text("tag");
  }
}
