package atoll.agent.files;

import atoll.agent.guest.DiskFull;
import atoll.agent.guest.GuestState;
import atoll.agent.guest.Ownership;
import atoll.agent.guest.User;
import atoll.agent.guest.Users;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;

/// POST `/files/compose`: joins files in the guest into one, then deletes them.
final class Compose {
  private static final int BODY_LIMIT = 4 << 20;

  private final GuestState state;
  private final Users users;

  Compose(GuestState state, Users users) {
    this.state = state;
    this.users = users;
  }

  void serve(Request request, Response response) throws IOException {
    try {
      Json.Obj body = body(request);
      String destination = compose(body);
      response.send(200, "application/json", Upload.entry(destination).toString());
    } catch (UploadException e) {
      response.error(e.status(), e.getMessage());
    }
  }

  private static Json.Obj body(Request request) throws IOException, UploadException {
    try {
      return JsonReader.readObject(request.body().readNBytes(BODY_LIMIT));
    } catch (JsonException e) {
      throw new UploadException(400, "error decoding request: " + e.getMessage());
    }
  }

  private String compose(Json.Obj body) throws IOException, UploadException {
    String name = body.text("username").orElse(state.defaultUser());
    User user = users.find(name);
    if (user == null)
      throw new UploadException(
          401, "error looking up user '" + name + "': user: unknown user " + name);
    var asked = new FileRequest(user, null, state.defaultWorkdir());
    String wanted = body.text("destination").orElse("");
    if (wanted.isEmpty()) throw new UploadException(400, "destination is required");
    String destination = resolve(asked, wanted);
    List<String> sources = sources(body, asked, destination);
    try {
      join(sources, destination, user);
      for (String source : new LinkedHashSet<>(sources)) Files.deleteIfExists(Path.of(source));
    } catch (IOException e) {
      throw new UploadException(
          DiskFull.is(e) ? 507 : 500,
          "error composing file " + destination + ": " + e.getMessage());
    }
    return destination;
  }

  private static List<String> sources(Json.Obj body, FileRequest asked, String destination)
      throws UploadException {
    var sources = new ArrayList<String>();
    for (Json item : body.items("source_paths")) {
      if (!(item instanceof Json.Text(String text)))
        throw new UploadException(400, "source_paths must be strings");
      String path = resolve(asked, text);
      if (path.equals(destination))
        throw new UploadException(400, "source path '" + path + "' is the destination");
      Path file = Path.of(path);
      if (!Files.exists(file))
        throw new UploadException(404, "source path '" + path + "' does not exist");
      if (!Files.isRegularFile(file))
        throw new UploadException(400, "source path '" + path + "' is not a regular file");
      sources.add(path);
    }
    if (sources.isEmpty()) throw new UploadException(400, "source_paths must not be empty");
    return sources;
  }

  private static String resolve(FileRequest asked, String path) throws UploadException {
    try {
      return asked.resolve(path);
    } catch (IllegalArgumentException e) {
      throw new UploadException(400, e.getMessage());
    }
  }

  private static void join(List<String> sources, String destination, User user) throws IOException {
    Path target = Path.of(destination);
    if (Files.isDirectory(target)) throw new IOException("is a directory");
    if (target.getParent() != null) Ownership.directories(target.getParent(), user);
    Path part = Path.of(destination + ".e2b-compose." + UUID.randomUUID() + ".tmp");
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        for (String source : sources) Files.copy(Path.of(source), out);
      }
      Ownership.give(part, user);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
