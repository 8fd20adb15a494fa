package atoll.agent.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;

/// What a client sends, and for how long this waits for it. For the connection's thread.
final class ClientInput extends InputStream {
  /// Longer than the idle time of any proxy in front, so that the proxy closes first.
  private static final int IDLE_MILLIS = 640_000;

  private final Socket socket;
  private final InputStream in;
  private final long headNanos;
  private final Waiting waiting;
  private int timeout = -1;
  private boolean inHead;
  private long deadline;

  ClientInput(Socket socket, long headNanos, Waiting waiting) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.headNanos = headNanos;
    this.waiting = waiting;
  }

  /// A head comes next. It may begin late, but must then be quick.
  void head() {
    inHead = true;
    deadline = 0;
  }

  /// A body comes next, as slowly as it likes.
  void body() {
    inHead = false;
    deadline = 0;
  }

  /// Whatever comes is only read for this long.
  void until(long nanos) {
    inHead = false;
    deadline = System.nanoTime() + nanos;
    if (deadline == 0) deadline = 1;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    limit();
    waiting.begins();
    try {
      int count = in.read(into, offset, length);
      if (inHead && deadline == 0) until(headNanos);
      return count;
    } finally {
      waiting.ends();
    }
  }

  private void limit() throws IOException {
    int wanted = IDLE_MILLIS;
    if (deadline != 0) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) throw new SocketTimeoutException("the client is too slow");
      wanted = (int) Math.min(left, IDLE_MILLIS);
    }
    if (wanted == timeout) return;
    timeout = wanted;
    socket.setSoTimeout(wanted);
  }
}
