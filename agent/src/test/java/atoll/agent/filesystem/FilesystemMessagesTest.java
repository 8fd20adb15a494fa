package atoll.agent.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.agent.rpc.Golden;
import atoll.agent.rpc.MessageType;
import atoll.agent.rpc.ProtoFile;
import org.junit.jupiter.api.Test;

class FilesystemMessagesTest {
  private static void same(MessageType ours, String name) {
    assertThat(ours).hasToString(Golden.type(ProtoFile.message("filesystem." + name)).toString());
  }

  @Test
  void requestsHaveTheFieldsOfTheContract() {
    same(FilesystemMessages.PATH, "PathRequest");
    same(FilesystemMessages.LIST, "ListDirRequest");
    same(FilesystemMessages.MOVE, "MoveRequest");
    same(FilesystemMessages.WATCH, "WatchDirRequest");
    same(FilesystemMessages.WATCHER, "WatcherRequest");
  }
}
