package atoll.vmm.firecracker;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import atoll.protocol.http.HttpBody;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.WireInput;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// The other end of Firecracker's API: answers 204 to everything but what a test has told it to
/// refuse or to leave unanswered, and remembers what it was asked.
final class ScriptedFirecracker implements AutoCloseable {
  /// One request, as `PUT /drives/rootfs`, with its body.
  record Asked(String call, Json.Obj body) {}

  private static final String NO_CONTENT =
      "HTTP/1.1 204 No Content\r\nServer: Firecracker API\r\nConnection: keep-alive\r\n\r\n";

  private final Thread accepting;
  private final ServerSocketChannel server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();

  ScriptedFirecracker(Path socket) throws IOException {
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    accepting = Thread.ofPlatform().daemon().name("scripted-firecracker").start(this::serve);
  }

  /// From now on this call gets status 400 with these words, as Firecracker puts them.
  ScriptedFirecracker refuse(String call, String words) {
    return answer(call, "400 Bad Request", Json.object("fault_message", words).toString());
  }

  ScriptedFirecracker answer(String call, String status, String body) {
    answers.put(
        call,
        "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(status, body.getBytes(StandardCharsets.UTF_8).length, body));
    return this;
  }

  /// From now on this call is heard and never answered.
  ScriptedFirecracker hang(String call) {
    answers.put(call, "");
    return this;
  }

  /// From now on the connection is cut after this call.
  ScriptedFirecracker cut(String call) {
    answers.put(call, "cut");
    return this;
  }

  List<String> calls() {
    return asked.stream().map(Asked::call).toList();
  }

  Json.Obj body(String call) {
    return asked.stream().filter(a -> a.call.equals(call)).findFirst().orElseThrow().body;
  }

  private void serve() {
    while (server.isOpen()) {
      try {
        SocketChannel peer = server.accept();
        Thread.ofPlatform().daemon().start(() -> converse(peer));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void converse(SocketChannel peer) {
    try (peer) {
      var in = new WireInput(Channels.newInputStream(peer));
      for (String line = in.line(4096); line != null; line = in.line(4096)) {
        String[] words = line.split(" ");
        HttpHeaders headers = HttpHeaders.read(in, 4096);
        byte[] body = HttpBody.ofRequest(in, headers).readNBytes(1 << 16);
        String call = words[0] + " " + words[1];
        asked.add(new Asked(call, body.length == 0 ? Json.EMPTY : JsonReader.readObject(body)));
        String answer = answers.getOrDefault(call, NO_CONTENT);
        if (answer.equals("cut")) return;
        peer.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
      }
    } catch (IOException gone) {
      System.getLogger("test").log(System.Logger.Level.DEBUG, "the client went away", gone);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      accepting.join(Duration.ofSeconds(5)); // it is this thread that lets go of the socket
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
