package atoll.agent.process;

import atoll.agent.rpc.ClientStreamCall;
import atoll.agent.rpc.Message;
import atoll.agent.rpc.RpcException;

/// One StreamInput call: first which process, then its input, piece by piece. A later start
/// switches the process.
final class InputStreamCall implements ClientStreamCall.Messages {
  private final ProcessTable table;
  private RunningProcess process;

  InputStreamCall(ProcessTable table) {
    this.table = table;
  }

  @Override
  public void take(Message message) throws RpcException {
    String event = message.oneof("start", "data", "keepalive");
    switch (event) {
      case "start" -> process = table.find(message.message("start").message("process"));
      case "data" -> feed(message.message("data"));
      case "keepalive" -> {} // only says that the client is there
      case null, default -> throw RpcException.unimplemented("invalid event type <nil>");
    }
  }

  private void feed(Message data) throws RpcException {
    if (process == null) throw RpcException.invalid("input came before the start message");
    ProcessService.feed(process, data.message("input"));
  }
}
