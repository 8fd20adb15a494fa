package atoll.agent.freeze;

import atoll.agent.http.Query;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.agent.http.Router;
import atoll.core.json.Json;
import atoll.linux.kernel.FilesystemFreeze;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The routes that a host uses around a snapshot: freeze and thaw the workload and the file system.
///
/// On a machine that is not the agent's own, only the workload's groups are ever frozen.
public final class FreezeService {
  private static final Path ROOT = Path.of("/");
  private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
  private static final int DEFAULT_GROUPS = 512;
  private static final String NO_STORE = "no-store";

  private final Freezer freezer;
  private final boolean machine;

  /// @param machine whether this is a guest of a microVM
  public FreezeService(boolean machine) {
    this(
        machine,
        new Freezer(CGROUPS, () -> Freezer.ownGroup(CGROUPS), TimeUnit.MINUTES.toNanos(10)));
  }

  FreezeService(boolean machine, Freezer freezer) {
    this.machine = machine;
    this.freezer = freezer;
  }

  public void routes(Router router) {
    router.on("POST", "/freeze", this::freeze);
    router.on("POST", "/unfreeze", (request, response) -> unfreeze(response));
    router.on("POST", "/fsfreeze", (request, response) -> fsfreeze(response));
    router.on("POST", "/fsthaw", (request, response) -> fsthaw(response));
    router.on("POST", "/collapse", (request, response) -> collapse(response));
  }

  private void freeze(Request request, Response response) throws IOException {
    var query = new Query(request.query());
    int groups;
    long wait;
    try {
      groups = (int) Math.clamp(number(query, "maxCgroups", DEFAULT_GROUPS), 1, Integer.MAX_VALUE);
      wait = number(query, "maxWaitMs", 0);
    } catch (NumberFormatException e) {
      response.plain(400, e.getMessage());
      return;
    }
    String mode = Sweep.HIERARCHY.equals(query.get("mode")) ? Sweep.HIERARCHY : Sweep.LEGACY;
    if (mode.equals(Sweep.HIERARCHY) && !machine) {
      response.error(409, "this agent shares its machine: only mode=legacy may be frozen");
      return;
    }
    Sweep sweep = swept(mode, groups, wait);
    if (sweep == null) response.error(503, "another freeze or thaw is running");
    else if (wait <= 0) response.send(204);
    else json(response, sweep.report());
  }

  private Sweep swept(String mode, int groups, long wait) throws IOException {
    try {
      return freezer.freeze(mode, groups, wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static long number(Query query, String name, long absent) {
    String text = query.get(name);
    if (text == null) return absent;
    try {
      if (query.repeated(name)) throw new NumberFormatException("given twice");
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new NumberFormatException(
          "Invalid format for parameter " + name + ": a whole number was expected");
    }
  }

  private void unfreeze(Response response) throws IOException {
    if (thaw()) response.header("Cache-Control", NO_STORE).send(204);
    else response.error(503, "another freeze or thaw is running");
  }

  /// Lets the workload go on; every accepted `/init` does. False if another freeze or thaw is
  /// running.
  public boolean thaw() {
    try {
      return freezer.thaw();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void fsfreeze(Response response) throws IOException {
    if (refused(response)) return;
    try {
      FilesystemFreeze.freeze(ROOT);
    } catch (KernelException e) {
      response.error(500, "freezing the file system: " + e.getMessage());
      return;
    }
    response.header("Cache-Control", NO_STORE).send(204);
  }

  private void fsthaw(Response response) throws IOException {
    if (refused(response)) return;
    try {
      FilesystemFreeze.thaw(ROOT);
    } catch (KernelException e) {
      response.error(500, "thawing the file system: " + e.getMessage());
      return;
    }
    response.header("Cache-Control", NO_STORE).send(204);
  }

  private boolean refused(Response response) throws IOException {
    if (machine) return false;
    response.error(409, "this agent shares its machine: its file system is not frozen");
    return true;
  }

  /// This agent's heap is small and mostly cold: huge pages would make it larger, so none are made,
  /// and the numbers say so.
  private static void collapse(Response response) throws IOException {
    json(
        response,
        Json.object(
            "regions", 0,
            "chunks", 0,
            "collapsed", 0,
            "alreadyHuge", 0,
            "skipped", 0,
            "elapsedMs", 0));
  }

  private static void json(Response response, Json body) throws IOException {
    response.header("Cache-Control", NO_STORE).send(200, "application/json", body + "\n");
  }
}
