package atoll.agent.rpc;

import java.io.IOException;
import java.io.InputStream;

/// Takes the messages of a client's stream apart. For one thread.
final class EnvelopeReader {
  private static final int HEAD = 5;
  private static final int COMPRESSED = 1;
  private static final int END = 2;

  /// One frame, decompressed; `end` marks the client's end-of-stream message.
  record Frame(boolean end, MessageBytes payload) {}

  private final InputStream in;
  private final boolean gzip;

  /// @param gzip whether the client said that it may compress
  EnvelopeReader(InputStream in, boolean gzip) {
    this.in = in;
    this.gzip = gzip;
  }

  /// The next frame, or null at the end of the body.
  Frame next(MessageMemory.Share share) throws IOException, RpcException {
    byte[] head = in.readNBytes(HEAD);
    if (head.length == 0) return null;
    if (head.length < HEAD)
      throw RpcException.invalid("protocol error: incomplete envelope: unexpected EOF");
    int flags = head[0] & 0xff;
    if ((flags & ~(COMPRESSED | END)) != 0)
      throw RpcException.internal("protocol error: invalid envelope flags " + flags);
    boolean compressed = (flags & COMPRESSED) != 0;
    if (compressed && !gzip) {
      throw RpcException.internal(
          "protocol error: sent compressed message without compression support");
    }
    long length =
        (head[1] & 0xffL) << 24 | (head[2] & 0xff) << 16 | (head[3] & 0xff) << 8 | (head[4] & 0xff);
    if (length > MessageBytes.MOST) throw MessageBytes.tooLarge(length);
    MessageBytes payload = MessageBytes.read(in, (int) length, share);
    if (payload.length() < length) {
      throw RpcException.invalid(
          "protocol error: promised "
              + length
              + " bytes in enveloped message, got "
              + payload.length());
    }
    if (compressed && length > 0) payload = payload.gunzipped(share);
    return new Frame((flags & END) != 0, payload);
  }
}
