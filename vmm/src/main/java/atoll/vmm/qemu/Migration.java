package atoll.vmm.qemu;

import atoll.core.json.Json;
import atoll.vmm.VmmException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The outcome of one VM's saving or loading of device state, as QEMU's `MIGRATION` events tell it.
/// Safe anywhere.
final class Migration {
  /// Memory stays in its file; progress comes as events, so nobody asks in a loop.
  static final Json.Obj CAPABILITIES =
      Json.object("capabilities", List.of(on("x-ignore-shared"), on("events")));

  private CompletableFuture<Void> done = new CompletableFuture<>();

  private static Json.Obj on(String capability) {
    return Json.object("capability", capability, "state", true);
  }

  /// Forgets an earlier outcome.
  synchronized void begin() {
    done = new CompletableFuture<>();
  }

  synchronized CompletableFuture<Void> done() {
    return done;
  }

  void status(String status) {
    switch (status) {
      case "completed" -> done().complete(null);
      case "failed", "cancelled" ->
          fail(new VmmException("the monitor reports: migration " + status));
      default -> {}
    }
  }

  void fail(Throwable cause) {
    done().completeExceptionally(cause);
  }
}
