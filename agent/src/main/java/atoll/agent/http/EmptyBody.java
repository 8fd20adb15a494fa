package atoll.agent.http;

import java.io.InputStream;

/// The body of a request that announced none.
final class EmptyBody extends InputStream {
  @Override
  public int read() {
    return -1;
  }
}
