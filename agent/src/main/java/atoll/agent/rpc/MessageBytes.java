package atoll.agent.rpc;

import atoll.agent.http.GunzipInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// The bytes of one request message, read into an array that grows with what arrives, never with
/// what was announced.
///
/// @param length how many of `array` are the message
record MessageBytes(byte[] array, int length) {
  /// Larger than any message an SDK sends; bounds what one request may take of the small heap.
  static final int MOST = 16 << 20;

  private static final int FIRST = 8 * 1024;

  /// Reads `most` bytes, or up to the end if that comes first.
  static MessageBytes read(InputStream in, int most, MessageMemory.Share share)
      throws IOException, RpcException {
    byte[] array = new byte[Math.min(most, FIRST)];
    int length = 0;
    while (length < most) {
      if (length == array.length) {
        int size = (int) Math.min(most, array.length * 2L);
        share.cover(size);
        array = Arrays.copyOf(array, size);
      }
      int count = in.read(array, length, array.length - length);
      if (count < 0) break;
      length += count;
    }
    return new MessageBytes(array, length);
  }

  /// Reads to the end; more than the limit is refused.
  static MessageBytes readAll(InputStream in, MessageMemory.Share share)
      throws IOException, RpcException {
    MessageBytes read = read(in, MOST + 1, share);
    if (read.length > MOST) throw tooLarge(read.length);
    return read;
  }

  static RpcException tooLarge(long length) {
    return new RpcException(
        RpcCode.RESOURCE_EXHAUSTED,
        "message size " + length + " is larger than configured max " + MOST);
  }

  /// What these bytes are when decompressed.
  MessageBytes gunzipped(MessageMemory.Share share) throws RpcException {
    try (var in = new GunzipInput(new ByteArrayInputStream(array, 0, length))) {
      return readAll(in, share);
    } catch (IOException e) {
      throw RpcException.invalid("decompress: " + e.getMessage());
    }
  }
}
