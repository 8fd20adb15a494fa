package atoll.node.sandbox;

import atoll.core.Refusal;
import atoll.core.Rung;
import atoll.core.SandboxId;
import atoll.linux.kernel.Errno;
import atoll.linux.kernel.KernelException;
import atoll.vmm.VmExit;
import atoll.vmm.VmmException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import java.util.Set;

/// Turns whatever stopped a start into the refusal that its caller sees.
final class StartFailure {
  private static final Set<String> SLOT_FAULTS =
      Set.of("tap_busy", "tap_missing", Rung.TAP_HELD.code(), Rung.CARRIER.code());

  private StartFailure() {}

  static Refusal refusal(SandboxId id, String step, Throwable cause) {
    if (cause instanceof Refusal refusal) return refusal;
    String message = "sandbox " + id + " did not start: " + step + ": " + cause.getMessage();
    if (isFull(cause)) {
      return new Refusal.NoSpace(
          "disk_full", message, "free space in the node's home, then try again", cause);
    }
    if (cause instanceof VmmException v && v.exit().isPresent()) {
      return monitorEnded(id, v, v.exit().get());
    }
    return new Refusal.Failed(reason(cause), message, null, null, cause);
  }

  /// The monitor's own, where it understood what went wrong.
  private static String reason(Throwable cause) {
    return cause instanceof VmmException v ? v.reason().orElse("start_failed") : "start_failed";
  }

  /// In the words of the gate, which was not yet there to say it.
  private static Refusal monitorEnded(SandboxId id, VmmException cause, VmExit exit) {
    String message = "sandbox " + id + " did not start: vmm alive: the monitor ended: " + exit;
    return new Refusal.Failed(Rung.VMM_ALIVE.code(), message, null, exit.message(), cause);
  }

  /// Whether a start may succeed in another slot, since it was this one that was damaged: its tap
  /// was gone, held by a stranger, or taken away again under the monitor. A monitor in a wrong
  /// namespace, or one that ends, would do the same anywhere.
  static boolean isCuredByAnotherSlot(Throwable cause) {
    return cause instanceof Refusal refusal && SLOT_FAULTS.contains(refusal.reason());
  }

  /// The journal could not be written, so nothing may be begun.
  static Refusal unjournaled(Throwable cause) {
    String message = "the node's journal cannot be written: " + cause.getMessage();
    if (isFull(cause))
      return new Refusal.NoSpace(
          "disk_full", message, "free space in the node's home, then try again", cause);
    return new Refusal.Failed(
        "journal_failed", message, "look at the disk under the node's home", null, cause);
  }

  /// ENOSPC or EDQUOT, in whichever shape the JDK or our own calls report it.
  private static boolean isFull(Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof KernelException k
          && (k.errno() == Errno.ENOSPC || k.errno() == Errno.EDQUOT)) return true;
      String words = t instanceof FileSystemException f ? f.getReason() : t.getMessage();
      if (words == null) continue;
      String lower = words.toLowerCase(Locale.ROOT);
      if (lower.contains("no space left on device") || lower.contains("disk quota exceeded"))
        return true;
    }
    return false;
  }
}
