package atoll.cli.bench.vmm;

import atoll.core.Deadline;
import atoll.core.json.Json;
import atoll.protocol.http.HttpClient;
import atoll.protocol.http.HttpHeaders;
import atoll.protocol.http.UnixConnection;
import atoll.template.Template;
import atoll.vmm.firecracker.FirecrackerProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Firecracker: a copy of the disk made before the clock runs, and one load. With a jailer where
/// there is one, which costs what it costs: it copies Firecracker into the jail at each start.
final class FirecrackerByHand extends ByHand {
  private static final String ID = "by-hand";
  private static final String API = "api.sock";

  private final FirecrackerProgram program;
  private final Path room;

  /// Everything lies in `folder`, or in the chroot below it, under the names that the snapshot
  /// knows.
  FirecrackerByHand(FirecrackerProgram program, Template template, Path namespace, Path folder)
      throws IOException {
    super(namespace, folder);
    this.program = program;
    this.room =
        program
            .jailer()
            .map(_ -> folder.resolve(program.binary().getFileName()).resolve(ID).resolve("root"))
            .orElse(folder);
    Files.createDirectories(room);
    Place.run(
        "cp",
        "--sparse=always",
        "--reflink=auto",
        template.disk().toString(),
        room.resolve("disk.raw").toString());
    Files.createLink(room.resolve("memory"), template.memory());
    Files.createLink(room.resolve("device-state"), template.deviceState());
  }

  @Override
  List<String> words() {
    if (program.jailer().isEmpty()) return List.of(program.binary().toString(), "--api-sock", API);
    String jailer = program.jailer().get().toString();
    var words = new ArrayList<>(List.of(jailer, "--id", ID));
    words.addAll(List.of("--exec-file", program.binary().toString(), "--uid", "0", "--gid", "0"));
    words.addAll(List.of("--chroot-base-dir", folder.toString(), "--", "--api-sock", API));
    return words;
  }

  private Path socket() {
    return room.resolve(API);
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
    var memory = Json.object("backend_type", "File", "backend_path", "memory");
    call(
        "PUT",
        "/snapshot/load",
        Json.object("snapshot_path", "device-state", "mem_backend", memory, "resume_vm", true),
        deadline);
  }

  @Override
  public void pause(Deadline deadline) throws IOException {
    call("PATCH", "/vm", Json.object("state", "Paused"), deadline);
  }

  @Override
  public void resume(Deadline deadline) throws IOException {
    call("PATCH", "/vm", Json.object("state", "Resumed"), deadline);
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
