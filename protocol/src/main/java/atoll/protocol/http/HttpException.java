package atoll.protocol.http;

import java.io.IOException;

/// The peer's message is not HTTP as we accept it. `status` is what a server answers to it before
/// it closes.
public final class HttpException extends IOException {
  private final int status;

  public HttpException(int status, String message) {
    super(message);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
