package atoll.agent.rpc;

import java.io.IOException;

/// One client-streaming method: takes the messages one by one as they arrive.
public interface ClientStreamCall {
  /// The taker of one stream's messages.
  interface Messages {
    void take(Message message) throws RpcException, IOException;
  }

  Messages begin(CallContext context);
}
