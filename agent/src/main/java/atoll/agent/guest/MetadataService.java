package atoll.agent.guest;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.HttpReply;
import atoll.protocol.http.SocketConnection;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The metadata service of the machine monitor, version 2 of its protocol: what the host says of
/// this guest where no program of the guest can change it.
///
/// Each question is a connection of its own, with a deadline; what comes back is bounded.
final class MetadataService {
  /// @param tokenHash SHA-512 of the access token that the host will send, in hexadecimal; empty
  ///   for none
  record Facts(String sandboxId, String templateId, String tokenHash) {}

  /// The monitor answers by itself within a millisecond; a guest under load needs longer to ask.
  private static final Duration WHOLE = Duration.ofSeconds(2);

  private static final int LIMIT = 64 * 1024;
  private static final String TOKEN = "/latest/api/token";

  private final InetSocketAddress address;

  MetadataService(InetSocketAddress address) {
    this.address = address;
  }

  Facts read() throws IOException {
    var deadline = Deadline.after(WHOLE);
    String token = ask("PUT", TOKEN, "X-metadata-token-ttl-seconds", "60", deadline).strip();
    String body = ask("GET", "/", "X-metadata-token", token, deadline);
    try {
      Json.Obj facts = JsonReader.readObject(body.getBytes(StandardCharsets.UTF_8));
      return new Facts(
          facts.text("instanceID").orElse(""),
          facts.text("envID").orElse(""),
          facts.text("accessTokenHash").orElse(""));
    } catch (JsonException e) {
      throw new IOException("the metadata service sent no JSON object", e);
    }
  }

  private String ask(String method, String path, String header, String value, Deadline deadline)
      throws IOException {
    var socket = new Socket();
    try {
      socket.connect(address, deadline.leftMillis());
      try (var http = new HttpClient(new SocketConnection(socket))) {
        var headers = new HttpHeaders().add(header, value).add("Accept", "application/json");
        HttpReply reply = http.send(method, path, headers, null, deadline);
        byte[] body = reply.bytes(LIMIT);
        if (reply.status() != 200)
          throw new IOException("the metadata service answered " + reply.status());
        return new String(body, StandardCharsets.UTF_8);
      }
    } finally {
      socket.close();
    }
  }
}
