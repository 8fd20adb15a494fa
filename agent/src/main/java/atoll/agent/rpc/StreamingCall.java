package atoll.agent.rpc;

/// One server-streaming method. It ends the stream itself, or throws before that.
@FunctionalInterface
public interface StreamingCall {
  void call(CallContext context, Message request, EventStream events)
      throws RpcException, java.io.IOException;
}
