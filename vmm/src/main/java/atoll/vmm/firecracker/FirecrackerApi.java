package atoll.vmm.firecracker;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import atoll.protocol.http.UnixConnection;
import atoll.vmm.VmmException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/// Calls to one Firecracker process over its unix socket, a connection for each: they are few, and
/// a broken one spoils no other.
///
/// - **Fails** with [VmmException]: a refusal has a reason and Firecracker's own words; a socket
///   that hangs ends at the deadline, with a [TimeoutException] as cause.
/// - **Threads** safe anywhere.
/// - **Source** Firecracker, `src/firecracker/swagger/firecracker.yaml`.
final class FirecrackerApi {
  /// The longest answer, a machine's whole configuration, is below 8 KiB.
  private static final int LONGEST_ANSWER = 256 << 10;

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

  /// Whether somebody listens.
  boolean isOpen() {
    try (var _ = UnixConnection.connect(socket)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /// Makes the call; an answer without a body is an empty object.
  Json.Obj call(Call call, Deadline deadline) throws IOException {
    try (var client = new HttpClient(UnixConnection.connect(socket))) {
      var headers = new HttpHeaders().add("Accept", "application/json");
      byte[] body = null;
      if (call.body != null) {
        headers.add("Content-Type", "application/json");
        body = call.body.toString().getBytes(StandardCharsets.UTF_8);
      }
      HttpReply reply = client.send(call.method, call.path, headers, body, deadline);
      return answer(call, reply);
    } catch (SocketTimeoutException e) {
      var cause = new TimeoutException(e.getMessage());
      throw new VmmException(
          "the monitor did not answer " + call + " in time; its API may hang", cause);
    } catch (VmmException e) {
      throw e;
    } catch (IOException e) {
      throw new VmmException("the monitor's API broke off " + call + ": " + e.getMessage(), e);
    }
  }

  private static Json.Obj answer(Call call, HttpReply reply) throws IOException {
    byte[] bytes = reply.bytes(LONGEST_ANSWER);
    if (reply.status() >= 200 && reply.status() < 300)
      return bytes.length == 0 ? Json.EMPTY : object(bytes);
    String words = Faults.plain(faultOf(bytes));
    throw VmmException.refused(Faults.reason(words), "Firecracker refuses " + call + ": " + words);
  }

  private static Json.Obj object(byte[] bytes) throws IOException {
    try {
      return JsonReader.readObject(bytes);
    } catch (JsonException e) {
      throw new VmmException("the monitor sent something that is not a JSON object", e);
    }
  }

  /// Two keys: the limit on a request's size is refused by another layer.
  private static String faultOf(byte[] bytes) {
    try {
      Json.Obj fault = JsonReader.readObject(bytes);
      return fault.text("fault_message").or(() -> fault.text("error")).orElse("no reason given");
    } catch (JsonException e) {
      return "no reason given";
    }
  }
}
