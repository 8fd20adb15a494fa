package atoll.agent.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A body that the client sends only after it was told to go on: told at the first read.
final class ContinueBody extends FilterInputStream {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final OutputStream out;
  private boolean told;

  ContinueBody(InputStream body, OutputStream out) {
    super(body);
    this.out = out;
  }

  private void tell() throws IOException {
    if (told) return;
    told = true;
    out.write(CONTINUE);
  }

  @Override
  public int read() throws IOException {
    tell();
    return in.read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    tell();
    return in.read(into, offset, length);
  }
}
