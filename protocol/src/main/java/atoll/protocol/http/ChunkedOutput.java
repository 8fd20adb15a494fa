package atoll.protocol.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Writes a body in chunks: each write becomes one chunk and one write below. [#close()] ends the
/// body, not the stream.
public final class ChunkedOutput extends OutputStream {
  private static final byte[] LAST = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final OutputStream out;
  private boolean closed;

  public ChunkedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) return;
    byte[] head = Integer.toHexString(length).getBytes(StandardCharsets.ISO_8859_1);
    byte[] chunk = new byte[head.length + length + 4];
    System.arraycopy(head, 0, chunk, 0, head.length);
    chunk[head.length] = '\r';
    chunk[head.length + 1] = '\n';
    System.arraycopy(bytes, offset, chunk, head.length + 2, length);
    chunk[chunk.length - 2] = '\r';
    chunk[chunk.length - 1] = '\n';
    out.write(chunk);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    if (closed) return;
    closed = true;
    out.write(LAST);
    out.flush();
  }
}
