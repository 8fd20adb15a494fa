package atoll.agent.files;

import atoll.agent.http.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// A body that gets a Content-Length if it turns out to be short, and goes in chunks if not.
final class LateBody extends OutputStream {
  private static final int SHORT = 2048;

  private final Response response;
  private final byte[] held = new byte[SHORT];
  private int count;
  private OutputStream out;
  private boolean closed;

  LateBody(Response response) {
    this.response = response;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (out == null && count + length <= SHORT) {
      System.arraycopy(bytes, offset, held, count, length);
      count += length;
      return;
    }
    if (out == null) {
      out = response.stream(200);
      out.write(held, 0, count);
    }
    out.write(bytes, offset, length);
  }

  @Override
  public void close() throws IOException {
    if (closed) return;
    closed = true;
    if (out == null) response.send(200, Arrays.copyOf(held, count));
    else if (response.chunks()) out.close();
  }
}
