package atoll.agent.guest;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What `/init` told, kept in the guest's memory file system beside the agent, so that an agent
/// that was killed comes back as who it was.
///
/// Root's alone: it holds the access token. Absent while the guest has no identity.
final class SavedState {
  private final Path file;

  SavedState(Path file) {
    this.file = file;
  }

  void save(GuestState state) throws IOException {
    Json body =
        Json.object(
            "token", state.token(),
            "user", state.defaultUser(),
            "workdir", state.defaultWorkdir(),
            "userVariables", Json.of(state.userVariables()),
            "systemVariables", Json.of(state.systemVariables()));
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling("state.part");
    Files.deleteIfExists(part);
    var own = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (SeekableByteChannel out =
        Files.newByteChannel(
            part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), own)) {
      out.write(ByteBuffer.wrap(body.toString().getBytes(StandardCharsets.UTF_8)));
    }
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Whether there was something to take.
  boolean restore(GuestState state) throws IOException {
    Json.Obj body;
    try {
      body = JsonReader.readObject(Files.readAllBytes(file));
    } catch (NoSuchFileException none) {
      return false;
    }
    state.token(body.text("token").orElse(null));
    state.defaultUser(body.text("user").orElse("root"));
    state.defaultWorkdir(body.text("workdir").orElse(""));
    state.userVariables(texts(body, "userVariables"));
    texts(body, "systemVariables").forEach(state::systemVariable);
    return true;
  }

  private static Map<String, String> texts(Json.Obj body, String name) {
    var map = new LinkedHashMap<String, String>();
    if (body.members().get(name) instanceof Json.Obj object)
      object
          .members()
          .forEach((key, value) -> {
            if (value instanceof Json.Text(String text)) map.put(key, text);
          });
    return map;
  }

  void forget() throws IOException {
    Files.deleteIfExists(file);
  }
}
