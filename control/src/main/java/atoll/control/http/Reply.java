package atoll.control.http;

import atoll.core.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/// What is answered.
///
/// @param body null for an empty one
record Reply(int status, Json body, Map<String, String> headers) {
  static Reply json(int status, Json body) {
    return new Reply(status, body, Map.of());
  }

  static Reply ok(Json body) {
    return json(200, body);
  }

  static Reply noContent() {
    return json(204, null);
  }

  Reply with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Reply(status, body, more);
  }
}
