package atoll.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.agent.rpc.Golden;
import atoll.agent.rpc.MessageType;
import atoll.agent.rpc.ProtoFile;
import org.junit.jupiter.api.Test;

class ProcessMessagesTest {
  private static void same(MessageType ours, String name) {
    assertThat(ours).hasToString(Golden.type(ProtoFile.message("process." + name)).toString());
  }

  @Test
  void requestsHaveTheFieldsOfTheContract() {
    same(ProcessMessages.START, "StartRequest");
    same(ProcessMessages.SELECT, "ConnectRequest");
    same(ProcessMessages.UPDATE, "UpdateRequest");
    same(ProcessMessages.INPUT, "SendInputRequest");
    same(ProcessMessages.STREAM_INPUT, "StreamInputRequest");
    same(ProcessMessages.SIGNAL, "SendSignalRequest");
  }
}
