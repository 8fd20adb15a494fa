package atoll.agent.rpc;

/// One unary method: a message in, JSON text out.
@FunctionalInterface
public interface UnaryCall {
  String call(CallContext context, Message request) throws RpcException, java.io.IOException;
}
