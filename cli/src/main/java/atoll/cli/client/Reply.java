package atoll.cli.client;

import atoll.cli.report.CommandFailure;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import java.nio.charset.StandardCharsets;

/// One whole HTTP answer, its body bounded and in memory.
record Reply(int status, byte[] body) {
  boolean ok() {
    return status >= 200 && status < 300;
  }

  Json json() {
    try {
      return body.length == 0 ? Json.EMPTY : JsonReader.read(body);
    } catch (JsonException e) {
      throw CommandFailure.failed(
          "bad_answer", "status " + status + " with a body that is not JSON", null, e);
    }
  }

  Json.Obj object() {
    return json() instanceof Json.Obj object ? object : Json.EMPTY;
  }

  /// This answer if it is a success; else its own error with reason and hint.
  Reply orFail(String what) {
    if (ok()) return this;
    var error = errorBody();
    String message = error.text("message").orElse("HTTP status " + status);
    throw CommandFailure.withDetail(
        error.text("reason").orElse("http_" + status),
        message.startsWith(what) ? message : what + ": " + message,
        error.text("hint").orElse(null),
        error.text("detail").orElse(null));
  }

  private Json.Obj errorBody() {
    try {
      return JsonReader.readObject(body);
    } catch (JsonException notJson) {
      return Json.object(
          "message",
          "HTTP status " + status + ": " + new String(body, StandardCharsets.UTF_8).strip());
    }
  }
}
