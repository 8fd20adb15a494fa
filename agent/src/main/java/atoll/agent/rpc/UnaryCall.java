package atoll.agent.rpc;

/// One unary method: reads the request, writes the answer's fields.
@FunctionalInterface
public interface UnaryCall {
  void call(CallContext context, Message request, MessageWriter answer)
      throws RpcException, java.io.IOException;
}
