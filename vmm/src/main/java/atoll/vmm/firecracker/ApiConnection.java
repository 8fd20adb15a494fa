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
import atoll.vmm.firecracker.FirecrackerApi.Call;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;

/// One kept connection to one Firecracker's API: a call, its answer, the next call.
///
/// - **Owner** whoever opened it. After a failure that is not a refusal it is of no use.
/// - **Threads** one at a time.
/// - **Fails** as [FirecrackerApi].
final class ApiConnection implements AutoCloseable {
  /// The longest answer, a machine's whole configuration, is below 8 KiB.
  private static final int LONGEST_ANSWER = 256 << 10;

  private final HttpClient client;

  private ApiConnection(HttpClient client) {
    this.client = client;
  }

  /// At once, or fails when nobody listens.
  static ApiConnection open(Path socket) throws IOException {
    return new ApiConnection(new HttpClient(UnixConnection.connect(socket)));
  }

  /// Makes the call; an answer without a body is an empty object.
  Json.Obj call(Call call, Deadline deadline) throws IOException {
    try {
      var headers = new HttpHeaders().add("Accept", "application/json");
      byte[] body = null;
      if (call.body() != null) {
        headers.add("Content-Type", "application/json");
        body = call.body().toString().getBytes(StandardCharsets.UTF_8);
      }
      return answer(call, client.send(call.method(), call.path(), headers, body, deadline));
    } catch (SocketTimeoutException e) {
      var cause = new TimeoutException(e.getMessage());
      throw new VmmException(
          "the monitor did not answer " + call + " in time; its API may hang", cause);
    } catch (VmmException e) {
      throw e;
    } catch (IOException e) {
      throw FirecrackerApi.brokenOff(call, e);
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

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      System.getLogger(ApiConnection.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a connection to a monitor's API", e);
    }
  }
}
