package atoll.agent.rpc;

/// A message on its way out, to one stream or to several that may differ in codec: encoded at most
/// once in each.
///
/// Safe for several threads as long as nobody calls [#becomes]; whoever does must have had it sent
/// before.
public final class Outgoing {
  /// Writes the fields of one message.
  @FunctionalInterface
  public interface Content {
    void write(MessageWriter to);
  }

  private Content content;
  private final MessageWriter[] writers = new MessageWriter[Codec.values().length];
  private final boolean[] current = new boolean[writers.length];

  public Outgoing(Content content) {
    this.content = content;
  }

  /// Takes other content and keeps the memory.
  public synchronized Outgoing becomes(Content other) {
    content = other;
    for (int i = 0; i < current.length; i++) current[i] = false;
    return this;
  }

  /// The message in this codec; its bytes stay as they are until this becomes another message.
  synchronized MessageWriter in(Codec codec) {
    int i = codec.ordinal();
    MessageWriter writer = writers[i];
    if (current[i]) return writer;
    if (writer == null) writers[i] = writer = codec.writer();
    else writer.reset();
    content.write(writer);
    writer.finish();
    current[i] = true;
    return writer;
  }
}
