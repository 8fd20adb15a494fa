package atoll.agent.rpc;

/// How messages look on the wire: the JSON mapping of protobuf, or its binary form.
public enum Codec {
  JSON("json"),
  PROTO("proto");

  private final String suffix;

  Codec(String suffix) {
    this.suffix = suffix;
  }

  String unaryType() {
    return "application/" + suffix;
  }

  String suffix() {
    return suffix;
  }

  /// The message in these bytes. Whatever they hold, this ends in bounded time and memory.
  Message decode(MessageType type, byte[] bytes, int length) throws RpcException {
    return switch (this) {
      case JSON -> new JsonDecoder(bytes, length).message(type);
      case PROTO -> new ProtoDecoder(bytes, 0, length).message(type);
    };
  }

  MessageWriter writer() {
    return switch (this) {
      case JSON -> new JsonMessageWriter();
      case PROTO -> new ProtoMessageWriter();
    };
  }
}
