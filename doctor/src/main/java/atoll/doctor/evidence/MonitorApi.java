package atoll.doctor.evidence;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import atoll.protocol.http.UnixConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// One call to a Firecracker's API; its answers are bounded, and may be anything.
///
/// - **Source** Firecracker, `src/firecracker/swagger/firecracker.yaml`.
public final class MonitorApi {
  private static final int LARGEST = 64 << 10;

  private MonitorApi() {}

  static Json.Obj get(Path socket, String path, Deadline deadline) throws IOException {
    return call(socket, "GET", path, null, deadline);
  }

  /// Lets the guest stand still, or run again.
  ///
  /// @param state `Paused` or `Resumed`
  /// @throws IOException also where the monitor is none, whose node alone may do that
  public static void put(Subject subject, String state, Deadline deadline) throws IOException {
    if (!subject.firecracker())
      throw new IOException("only the node can do that to a QEMU: it holds its control socket");
    byte[] body = Json.object("state", state).toString().getBytes(StandardCharsets.UTF_8);
    var _ = call(subject.controlSocket(), "PATCH", "/vm", body, deadline);
  }

  private static Json.Obj call(
      Path socket, String method, String path, byte[] body, Deadline deadline) throws IOException {
    try (var client = new HttpClient(UnixConnection.connect(socket))) {
      HttpReply reply = client.send(method, path, new HttpHeaders(), body, deadline);
      byte[] answer = reply.bytes(LARGEST);
      if (reply.status() / 100 != 2) throw new IOException("it says status " + reply.status());
      return answer.length == 0 ? Json.EMPTY : JsonReader.readObject(answer);
    } catch (JsonException e) {
      throw new IOException("its answer is no JSON object", e);
    }
  }
}
