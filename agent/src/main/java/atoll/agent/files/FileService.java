package atoll.agent.files;

import atoll.agent.guest.GuestState;
import atoll.agent.guest.Users;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.agent.http.Router;
import java.io.IOException;

/// The `/files` routes: download, upload, compose.
public final class FileService {
  private final GuestState state;
  private final Users users;

  public FileService(GuestState state, Users users) {
    this.state = state;
    this.users = users;
  }

  public void routes(Router router) {
    router.on("GET", "/files", this::get);
    router.on("POST", "/files", this::post);
    router.on("POST", "/files/compose", new Compose(state, users)::serve);
  }

  private void get(Request request, Response response) throws IOException {
    FileRequest asked = FileRequest.admit(state, users, request, response);
    if (asked != null) Download.serve(asked, request, response);
  }

  private void post(Request request, Response response) throws IOException {
    FileRequest asked = FileRequest.admit(state, users, request, response);
    if (asked != null) Upload.serve(asked, request, response);
  }
}
