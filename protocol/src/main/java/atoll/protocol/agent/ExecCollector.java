package atoll.protocol.agent;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.protocol.http.HttpException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

/// Gathers the events of one process stream until its end message.
final class ExecCollector {
  private static final int MESSAGE_LIMIT = 4 << 20;

  private final int outputLimit;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private int pid;
  private Json.Obj ended;

  ExecCollector(int outputLimit) {
    this.outputLimit = outputLimit;
  }

  ExecResult collect(InputStream body) throws IOException {
    while (true) {
      Envelope message = Envelope.read(body, MESSAGE_LIMIT);
      if (message == null) throw new HttpException(502, "the stream ended without its end message");
      Json.Obj json = JsonReader.readObject(message.payload());
      if (message.end()) return result(json.object("error"));
      event(json.object("event"));
    }
  }

  private void event(Json.Obj event) throws IOException {
    if (event.get("start").isPresent())
      pid = event.object("start").whole("pid").orElse(0L).intValue();
    if (event.get("end").isPresent()) ended = event.object("end");
    Json.Obj data = event.object("data");
    keep(data, "stdout", stdout);
    keep(data, "stderr", stderr);
  }

  private void keep(Json.Obj data, String name, ByteArrayOutputStream into) throws IOException {
    var text = data.text(name);
    if (text.isEmpty()) return;
    byte[] bytes = Base64.getDecoder().decode(text.get());
    if (into.size() + bytes.length > outputLimit) {
      throw new AgentException("output_limit", "more than " + outputLimit + " bytes of " + name);
    }
    into.writeBytes(bytes);
  }

  private ExecResult result(Json.Obj error) throws IOException {
    if (!error.members().isEmpty()) {
      throw new AgentException(
          error.text("code").orElse("unknown"), error.text("message").orElse(""));
    }
    if (ended == null) throw new HttpException(502, "the stream ended without an exit");
    int code = ended.whole("exitCode").orElse(0L).intValue();
    return new ExecResult(
        pid, code, ended.text("status").orElse(""), stdout.toByteArray(), stderr.toByteArray());
  }
}
