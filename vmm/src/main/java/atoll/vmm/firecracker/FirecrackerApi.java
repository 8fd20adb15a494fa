package atoll.vmm.firecracker;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Calls to one Firecracker process over its unix socket: a connection for each, as a broken one
/// spoils no other, but for the calls of a start, which are made on one.
///
/// - **Fails** with [VmmException]: a refusal has a reason and Firecracker's own words; a socket
///   that hangs ends at the deadline, with a [TimeoutException] as cause.
/// - **Threads** safe anywhere.
/// - **Source** Firecracker, `src/firecracker/swagger/firecracker.yaml`.
final class FirecrackerApi {
  /// One call.
  ///
  /// @param body null for none
  record Call(String method, String path, Json.Obj body) {
    static Call put(String path, Json.Obj body) {
      return new Call("PUT", path, body);
    }

    static Call patch(String path, Json.Obj body) {
      return new Call("PATCH", path, body);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private final Path socket;

  FirecrackerApi(Path socket) {
    this.socket = socket;
  }

  /// Nothing as long as nobody listens.
  Optional<ApiConnection> connect() {
    try {
      return Optional.of(ApiConnection.open(socket));
    } catch (IOException notYet) {
      return Optional.empty();
    }
  }

  /// Makes the call; an answer without a body is an empty object.
  Json.Obj call(Call call, Deadline deadline) throws IOException {
    try (var connection = open(call)) {
      return connection.call(call, deadline);
    }
  }

  private ApiConnection open(Call call) throws VmmException {
    try {
      return ApiConnection.open(socket);
    } catch (IOException e) {
      throw brokenOff(call, e);
    }
  }

  static VmmException brokenOff(Call call, IOException e) {
    return new VmmException("the monitor's API broke off " + call + ": " + e.getMessage(), e);
  }
}
