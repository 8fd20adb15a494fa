package atoll.agent.rpc;

import java.io.IOException;
import java.io.InputStream;

/// Takes the messages of a client's stream apart. For one thread.
final class EnvelopeReader {
  private static final int HEAD = 5;

  /// One frame; `end` marks the client's end-of-stream message.
  record Frame(boolean end, byte[] payload) {}

  private final InputStream in;
  private final int limit;

  EnvelopeReader(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /// The next frame, or null at the end of the body.
  Frame next() throws IOException, RpcException {
    byte[] head = in.readNBytes(HEAD);
    if (head.length == 0) return null;
    if (head.length < HEAD)
      throw RpcException.invalid("protocol error: incomplete envelope: unexpected EOF");
    int flags = head[0];
    if ((flags & ~3) != 0)
      throw RpcException.internal("protocol error: invalid envelope flags " + flags);
    if ((flags & 1) != 0) {
      throw RpcException.internal(
          "protocol error: sent compressed message without compression support");
    }
    long length =
        (head[1] & 0xffL) << 24 | (head[2] & 0xff) << 16 | (head[3] & 0xff) << 8 | (head[4] & 0xff);
    if (length > limit)
      throw RpcException.invalid(
          "message size " + length + " is larger than configured max " + limit);
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) {
      throw RpcException.invalid(
          "protocol error: promised "
              + length
              + " bytes in enveloped message, got "
              + payload.length);
    }
    return new Frame((flags & 2) != 0, payload);
  }
}
