package atoll.agent.filesystem;

import atoll.agent.guest.GuestPaths;
import atoll.agent.guest.GuestState;
import atoll.agent.guest.Ownership;
import atoll.agent.guest.User;
import atoll.agent.guest.Users;
import atoll.agent.http.Router;
import atoll.agent.rpc.CallContext;
import atoll.agent.rpc.EventStream;
import atoll.agent.rpc.Message;
import atoll.agent.rpc.MessageWriter;
import atoll.agent.rpc.Rpc;
import atoll.agent.rpc.RpcCode;
import atoll.agent.rpc.RpcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The `filesystem.Filesystem` service. All work is done as root; the user decides on `~`, relative
/// paths and owners.
public final class FilesystemService {
  private static final String PREFIX = "/filesystem.Filesystem/";

  private final GuestState state;
  private final Users users;
  private final Watchers watchers;

  public FilesystemService(GuestState state, Users users) {
    this.state = state;
    this.users = users;
    this.watchers = new Watchers(users);
  }

  public void routes(Router router, Rpc rpc) {
    router.on("POST", PREFIX + "Stat", rpc.unary(FilesystemMessages.PATH, this::stat));
    router.on("POST", PREFIX + "ListDir", rpc.unary(FilesystemMessages.LIST, this::listDir));
    router.on("POST", PREFIX + "MakeDir", rpc.unary(FilesystemMessages.PATH, this::makeDir));
    router.on("POST", PREFIX + "Move", rpc.unary(FilesystemMessages.MOVE, this::move));
    router.on("POST", PREFIX + "Remove", rpc.unary(FilesystemMessages.PATH, this::remove));
    router.on("POST", PREFIX + "WatchDir", rpc.endless(FilesystemMessages.WATCH, this::watchDir));
    router.on(
        "POST",
        PREFIX + "CreateWatcher",
        rpc.unary(
            FilesystemMessages.WATCH,
            (c, m, answer) -> watchers.create(watchRequest(c, m), answer)));
    router.on(
        "POST",
        PREFIX + "GetWatcherEvents",
        rpc.unary(
            FilesystemMessages.WATCHER,
            (c, m, answer) -> watchers.events(m.text("watcherId"), answer)));
    router.on(
        "POST",
        PREFIX + "RemoveWatcher",
        rpc.unary(
            FilesystemMessages.WATCHER, (c, m, answer) -> watchers.remove(m.text("watcherId"))));
  }

  private User user(CallContext context) throws RpcException, IOException {
    if (context.user() != null) return context.user();
    User user = users.find(state.defaultUser());
    if (user != null) return user;
    throw new RpcException(
        RpcCode.UNAUTHENTICATED, "invalid default user: '" + state.defaultUser() + "'");
  }

  private String resolve(CallContext context, Message request, String field)
      throws RpcException, IOException {
    return resolve(user(context), request.text(field));
  }

  private String resolve(User user, String path) throws RpcException {
    try {
      if (path.indexOf('\0') >= 0) throw RpcException.internal("invalid argument: NUL in a path");
      return GuestPaths.resolve(path, user, state.defaultWorkdir());
    } catch (IllegalArgumentException e) {
      throw RpcException.invalid(
          "failed to expand path '" + path + "' for user '" + user.name() + "': " + e.getMessage());
    }
  }

  private void stat(CallContext context, Message request, MessageWriter answer)
      throws RpcException, IOException {
    String path = resolve(context, request, "path");
    Path file = Path.of(path);
    if (path.endsWith("/") && path.length() > 1 && Files.exists(file) && !Files.isDirectory(file)) {
      throw RpcException.internal("error getting file info: not a directory");
    }
    entry(path, answer);
  }

  private void entry(String path, MessageWriter answer) throws RpcException, IOException {
    EntryInfo entry;
    try {
      entry = EntryInfo.read(Path.of(path));
    } catch (IOException e) {
      if (EntryInfo.isMissing(e, Path.of(path)))
        throw RpcException.notFound("file not found: " + path);
      throw RpcException.internal("error getting file info: " + EntryInfo.reason(e));
    }
    answer.open(FilesystemMessages.ENTRY);
    entry.write(path, users.names(), answer);
    answer.close();
  }

  private void listDir(CallContext context, Message request, MessageWriter answer)
      throws RpcException, IOException {
    long depth = Math.max(1, request.uint32("depth"));
    Listing.write(resolve(context, request, "path"), depth, users.names(), answer);
  }

  private void makeDir(CallContext context, Message request, MessageWriter answer)
      throws RpcException, IOException {
    User user = user(context);
    String path = resolve(user, request.text("path"));
    Path directory = Path.of(path);
    if (Files.isDirectory(directory)) {
      throw new RpcException(RpcCode.ALREADY_EXISTS, "directory already exists: " + path);
    }
    if (Files.exists(directory))
      throw RpcException.invalid("path already exists but it is not a directory: " + path);
    makeDirectories(directory, user);
    entry(path, answer);
  }

  private static void makeDirectories(Path directory, User user) throws RpcException {
    try {
      Ownership.directories(directory, user);
    } catch (IOException e) {
      throw RpcException.internal(
          "error creating directory " + directory + ": " + EntryInfo.reason(e));
    }
  }

  private void move(CallContext context, Message request, MessageWriter answer)
      throws RpcException, IOException {
    User user = user(context);
    String source = resolve(user, request.text("source"));
    String destination = resolve(user, request.text("destination"));
    Path from = Path.of(source);
    Path to = Path.of(destination);
    if (to.getParent() != null) makeDirectories(to.getParent(), user);
    if (!Files.exists(from, LinkOption.NOFOLLOW_LINKS))
      throw RpcException.notFound("source file not found: " + source);
    if (Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
      throw RpcException.internal(
          "error renaming: rename " + source + " " + destination + ": file exists");
    }
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw RpcException.internal("error renaming: " + EntryInfo.reason(e));
    }
    entry(destination, answer);
  }

  private WatchRequest watchRequest(CallContext context, Message request)
      throws RpcException, IOException {
    return WatchRequest.of(resolve(context, request, "path"), request);
  }

  private void watchDir(CallContext context, Message request, EventStream events)
      throws RpcException, IOException {
    WatchStream.serve(watchRequest(context, request), context, users, events);
  }

  private void remove(CallContext context, Message request, MessageWriter answer)
      throws RpcException, IOException {
    String path = resolve(context, request, "path");
    if (path.endsWith("/.") || path.equals("."))
      throw RpcException.internal("error removing file or directory: invalid argument");
    try {
      RemoveTree.of(Path.of(path));
    } catch (IOException e) {
      throw RpcException.internal("error removing file or directory: " + EntryInfo.reason(e));
    }
  }
}
