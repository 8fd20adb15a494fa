package atoll.agent.filesystem;

import atoll.agent.guest.Users;
import atoll.agent.rpc.MessageWriter;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// The watchers that clients poll, by id. They live until they are removed.
final class Watchers {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LENGTH = 20;

  /// Each has a thread and a kernel queue.
  private static final int MOST = 256;

  private final ConcurrentMap<String, PulledWatcher> watchers = new ConcurrentHashMap<>();
  private final Users users;

  Watchers(Users users) {
    this.users = users;
  }

  void create(WatchRequest request, MessageWriter answer) throws RpcException {
    if (watchers.size() >= MOST) throw RpcException.internal("more than " + MOST + " watchers");
    String id = newId();
    try {
      watchers.put(id, PulledWatcher.start(request, users));
    } catch (KernelException e) {
      throw RpcException.internal("error creating watcher: " + e.getMessage());
    }
    answer.text(FilesystemMessages.WATCHER_ID, id);
  }

  private static String newId() {
    var random = new SecureRandom();
    var id = new StringBuilder("w");
    for (int i = 0; i < ID_LENGTH; i++)
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    return id.toString();
  }

  void events(String id, MessageWriter answer) throws RpcException, IOException {
    PulledWatcher watcher = watchers.get(id);
    if (watcher == null) throw unknown(id);
    watcher.take(answer);
  }

  void remove(String id) throws RpcException {
    PulledWatcher watcher = watchers.remove(id);
    if (watcher == null) throw unknown(id);
    watcher.close();
  }

  private static RpcException unknown(String id) {
    return RpcException.notFound("watcher with id " + id + " not found");
  }
}
