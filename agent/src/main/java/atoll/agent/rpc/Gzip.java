package atoll.agent.rpc;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Compressed request bodies, bounded after decompression.
final class Gzip {
  private Gzip() {}

  static InputStream decoded(InputStream body) throws IOException, RpcException {
    try {
      return new GZIPInputStream(body);
    } catch (ZipException | java.io.EOFException e) {
      throw RpcException.invalid("decompress: " + e.getMessage());
    }
  }

  static byte[] readAll(InputStream body, int limit) throws IOException, RpcException {
    try {
      byte[] bytes = body.readNBytes(limit + 1);
      if (bytes.length > limit)
        throw RpcException.invalid("message is larger than configured max " + limit);
      return bytes;
    } catch (ZipException e) {
      throw RpcException.invalid("decompress: " + e.getMessage());
    }
  }
}
