package atoll.agent.rpc;

import atoll.agent.http.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The answer side of one streaming call: messages gather in a buffer and leave in one write per
/// flush.
///
/// - **Threads** safe for several; each message is whole. A write blocks while the client does not
///   read, and holds up the other writers: that is the back-pressure the contract asks for.
/// - **Ends** once, by [#end]; what comes later is dropped. A failed write ends it as well.
public final class EventStream {
  private static final int CHUNK_HEAD = 10;
  private static final int ENVELOPE_HEAD = 5;
  private static final int FLUSH_AT = 48 * 1024;
  private static final int TRAILERS = 0x80;
  private static final byte[] NOTHING = {};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private final Response response;
  private final OutputStream out;
  private final boolean chunked;
  private final WireType wire;
  private GzipEncoder gzip;
  private byte[] buffer = new byte[4096];
  private int start;
  private int end;
  private boolean ended;
  private boolean failed;
  private long lastMessageNanos = System.nanoTime();

  /// @param compressed whether the client takes compressed messages
  EventStream(Response response, WireType wire, boolean compressed) {
    this.response = response;
    this.out = response.raw();
    this.wire = wire;
    this.gzip = compressed ? new GzipEncoder() : null;
    response.header("Content-Type", wire.contentType());
    wire.protocol().headers(response, compressed);
    this.chunked = response.chunks();
    byte[] head = response.head(200, chunked ? "Transfer-Encoding: chunked" : null);
    append(head, head.length);
    begin();
  }

  Codec codec() {
    return wire.codec();
  }

  /// Begins a chunk, whose size is written when it leaves.
  private void begin() {
    start = end;
    if (chunked) room(CHUNK_HEAD);
    if (chunked) end += CHUNK_HEAD;
  }

  private void room(int more) {
    if (end + more > buffer.length)
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, end + more));
  }

  private void append(byte[] bytes, int length) {
    room(length);
    System.arraycopy(bytes, 0, buffer, end, length);
    end += length;
  }

  /// Adds a message; it leaves with the next flush, at once when much has gathered.
  public synchronized void message(Outgoing message) throws IOException {
    if (!ended) message(message.in(wire.codec()));
  }

  synchronized void message(MessageWriter encoded) throws IOException {
    if (ended) return;
    envelope(0, encoded.bytes, encoded.length);
    lastMessageNanos = System.nanoTime();
    if (end >= FLUSH_AT) flush();
  }

  private void envelope(int flags, byte[] payload, int length) {
    if (gzip != null && flags != TRAILERS) {
      gzip.encode(payload, length);
      framed(flags | 1, gzip.bytes(), gzip.length());
    } else {
      framed(flags, payload, length);
    }
  }

  private void framed(int flags, byte[] payload, int length) {
    room(ENVELOPE_HEAD + length);
    buffer[end] = (byte) flags;
    buffer[end + 1] = (byte) (length >>> 24);
    buffer[end + 2] = (byte) (length >>> 16);
    buffer[end + 3] = (byte) (length >>> 8);
    buffer[end + 4] = (byte) length;
    System.arraycopy(payload, 0, buffer, end + ENVELOPE_HEAD, length);
    end += ENVELOPE_HEAD + length;
  }

  /// Whether messages wait to be flushed.
  public synchronized boolean pending() {
    return !ended && end > start + (chunked ? CHUNK_HEAD : 0);
  }

  public synchronized void flush() throws IOException {
    if (ended) return;
    write(closeChunk());
    end = 0;
    begin();
  }

  /// Fills in the size of the running chunk; the number of bytes ready to leave.
  private int closeChunk() {
    if (!chunked) return end;
    int size = end - start - CHUNK_HEAD;
    if (size == 0) return start;
    for (int i = 0; i < 8; i++) buffer[start + i] = HEX[size >>> (28 - 4 * i) & 15];
    buffer[start + 8] = '\r';
    buffer[start + 9] = '\n';
    append(LINE_END, LINE_END.length);
    return end;
  }

  private void write(int length) throws IOException {
    if (length == 0) return;
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      failed = true;
      over();
      throw e;
    }
  }

  /// Nothing goes out any more: wakes who waits for that, and frees the compressor.
  private void over() {
    ended = true;
    if (gzip != null) gzip.close();
    gzip = null;
    buffer = NOTHING;
    notifyAll();
  }

  /// Gives up a stream that nobody ended, because its handler failed.
  synchronized void abandon() {
    if (ended) return;
    failed = true;
    over();
  }

  /// Sends the last message: success when `error` is null.
  public synchronized void end(RpcException error) throws IOException {
    if (ended) return;
    byte[] last = wire.protocol().end(error);
    int flags = wire.protocol().endFlags();
    if (flags != 0) envelope(flags, last, last.length);
    end = closeChunk();
    if (chunked) append(LAST_CHUNK, LAST_CHUNK.length);
    if (chunked && flags == 0) append(last, last.length);
    if (chunked) append(LINE_END, LINE_END.length);
    write(end);
    over();
  }

  /// Calls `gone`, on another thread, once the client closes its side. For calls of [Rpc#endless].
  public void onGone(Runnable gone) {
    response.onGone(gone);
  }

  /// Whether the client is gone: nothing more can be told.
  public synchronized boolean failed() {
    return failed;
  }

  public synchronized boolean ended() {
    return ended;
  }

  /// Nanoseconds since the last message, for keepalives.
  public synchronized long quietNanos() {
    return System.nanoTime() - lastMessageNanos;
  }

  /// Waits until another thread ended the stream, at most this long; whether it has ended.
  public synchronized boolean awaitEnd(long nanos) throws InterruptedException {
    if (!ended && nanos > 0) wait(nanos / 1_000_000, (int) (nanos % 1_000_000));
    return ended;
  }
}
