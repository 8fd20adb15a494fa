package atoll.cli.bench.vmm;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.UnixConnection;
import atoll.template.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Firecracker: a copy of the disk made before the clock runs, and one load.
final class FirecrackerByHand extends ByHand {
  private final Path binary;
  private final Template template;

  /// @param disk a raw copy that lies in `folder` under the name that the snapshot knows
  FirecrackerByHand(Path binary, Template template, Path namespace, Path folder) {
    super(namespace, folder);
    this.binary = binary;
    this.template = template;
  }

  @Override
  List<String> words() {
    return List.of(binary.toString(), "--api-sock", socket().toString());
  }

  private Path socket() {
    return folder.resolve("api.sock");
  }

  @Override
  boolean listens() {
    try (var _ = UnixConnection.connect(socket())) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void run(Deadline deadline) throws IOException {
    awaitSocket(deadline);
    var memory = Json.object("backend_type", "File", "backend_path", template.memory().toString());
    call(
        "PUT",
        "/snapshot/load",
        Json.object(
            "snapshot_path",
            template.deviceState().toString(),
            "mem_backend",
            memory,
            "resume_vm",
            true),
        deadline);
  }

  @Override
  public void pause(Deadline deadline) throws IOException {
    call("PATCH", "/vm", Json.object("state", "Paused"), deadline);
  }

  private void call(String method, String path, Json.Obj body, Deadline deadline)
      throws IOException {
    try (var client = new HttpClient(UnixConnection.connect(socket()))) {
      byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
      var reply = client.send(method, path, new HttpHeaders(), bytes, deadline);
      if (reply.status() != 204)
        throw new IOException(path + ": " + new String(reply.bytes(4096), StandardCharsets.UTF_8));
    }
  }
}
