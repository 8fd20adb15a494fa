package atoll.vmm.qemu;

import atoll.core.json.Json;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import atoll.vmm.VmmException;
import atoll.vmm.io.IoLoop;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// One conversation with QEMU over its control socket.
///
/// An answer to a command of an earlier conversation, whose end was gone by then, comes to the next
/// one (seen with QEMU 7.2). So the first command has an id, and what comes before its answer is
/// not ours; from there answers come in the commands' order.
///
/// Commands may be sent before the last one was answered, even before QEMU has opened its eyes: the
/// socket keeps them, and QEMU takes them in order. So a restore costs no round trips.
///
/// - **Owner** one [QemuVm]; [#close()] fails whatever still waits.
/// - **Threads** safe anywhere. Answers and events arrive on the [IoLoop]'s thread, which must not
///   be blocked.
/// - **Limits** a line of at most 256 KiB, at most 64 commands under way.
/// - **Fails** with [VmmException]: QEMU's own words for a refused command; after garbage, an
///   overlong line or a closed socket the conversation is over, and every waiting and later command
///   fails with that cause. A QEMU that says nothing leaves the futures open: callers wait with a
///   deadline, see [Waiting].
/// - **Source** QEMU, `docs/interop/qmp-spec.rst` and the QMP reference manual.
final class Qmp implements IoLoop.Endpoint, AutoCloseable {
  /// 256 KiB: the longest answer that we ask for is below 4 KiB.
  static final int LONGEST_LINE = 256 << 10;

  /// A caller that has more open than this does not wait for answers at all.
  static final int MOST_OPEN = 64;

  private static final int MOST_ID = 1_000_000;

  /// With out-of-band commands allowed the program reads on while one is carried out; without, each
  /// waits for two switches of its threads after the one before. We send none of that kind. For
  /// long conversations: these words themselves take their time to read.
  static final Json.Obj READING_AHEAD = Json.object("enable", List.of("oob"));

  private final IoLoop loop;
  private final SocketChannel channel;
  private final Consumer<Json.Obj> events;
  private final LineBuffer input = new LineBuffer(LONGEST_LINE);
  private final Deque<ByteBuffer> output = new ArrayDeque<>();
  private final Deque<CompletableFuture<Json>> open = new ArrayDeque<>();
  private final CompletableFuture<Json.Obj> greeting = new CompletableFuture<>();
  private final long firstId;
  private boolean ours; // loop's thread only: the first answer was seen
  private VmmException over;

  private Qmp(IoLoop loop, SocketChannel channel, Consumer<Json.Obj> events, long firstId) {
    this.loop = loop;
    this.channel = channel;
    this.events = events;
    this.firstId = firstId;
  }

  /// Connects to a socket that is listening already and enters command mode.
  static Qmp connect(IoLoop loop, Path socket, Consumer<Json.Obj> events) throws IOException {
    return connect(loop, socket, events, Json.EMPTY);
  }

  /// @param mode nothing, or [#READING_AHEAD]
  static Qmp connect(IoLoop loop, Path socket, Consumer<Json.Obj> events, Json.Obj mode)
      throws IOException {
    return connect(loop, socket, events, mode, ThreadLocalRandom.current().nextInt(MOST_ID));
  }

  /// @param firstId such as no earlier conversation with the same monitor had
  static Qmp connect(
      IoLoop loop, Path socket, Consumer<Json.Obj> events, Json.Obj mode, long firstId)
      throws IOException {
    var channel = SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
    try {
      channel.configureBlocking(false);
      if (!channel.connect(UnixDomainSocketAddress.of(socket)))
        throw new VmmException("cannot connect to " + socket + ": it takes no more connections");
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    var qmp = new Qmp(loop, channel, events, firstId);
    loop.register(channel, SelectionKey.OP_READ, qmp);
    qmp.send("qmp_capabilities", mode, firstId);
    return qmp;
  }

  /// Completes with QEMU's first words: it is up and reads commands.
  CompletableFuture<Json.Obj> greeting() {
    return greeting;
  }

  /// Sends a command; completes with what it returns.
  CompletableFuture<Json> send(String command, Json.Obj arguments) {
    return send(command, arguments, null);
  }

  private CompletableFuture<Json> send(String command, Json.Obj arguments, Long id) {
    var answer = new CompletableFuture<Json>();
    synchronized (this) {
      if (over == null && open.size() >= MOST_OPEN)
        return CompletableFuture.failedFuture(
            new VmmException("the monitor has left " + MOST_OPEN + " commands unanswered"));
      if (over != null) return CompletableFuture.failedFuture(over);
      open.add(answer);
      output.add(ByteBuffer.wrap(line(command, arguments, id)));
    }
    flush();
    return answer;
  }

  /// No empty arguments, and no id but the first: QEMU reads its socket byte by byte, and each byte
  /// takes it about five microseconds.
  private static byte[] line(String command, Json.Obj arguments, Long id) {
    Json given = arguments.members().isEmpty() ? null : arguments;
    return (Json.object("execute", command, "arguments", given, "id", id) + "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private void flush() {
    try {
      write();
    } catch (IOException e) {
      // What the monitor said before it closed the socket is still to be read, and then its end:
      // that is the better cause.
      synchronized (this) {
        output.clear();
      }
    }
  }

  /// Writes what the socket takes, on the caller's thread: a thread switch costs more than the
  /// write. The loop goes on with the rest when the socket takes more.
  private synchronized void write() throws IOException {
    boolean waited = !output.isEmpty() && output.peek().position() > 0;
    while (!output.isEmpty()) {
      channel.write(output.peek());
      if (output.peek().hasRemaining()) break;
      output.remove();
    }
    if (waited || !output.isEmpty()) loop.execute(this::followOutput);
  }

  private synchronized void followOutput() {
    int interest = output.isEmpty() ? 0 : SelectionKey.OP_WRITE;
    loop.interest(channel, SelectionKey.OP_READ | interest);
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    if (key.isWritable()) flush();
    if (!key.isReadable()) return;
    for (byte[] line : input.read(channel)) accept(line);
  }

  private void accept(byte[] line) throws IOException {
    Json.Obj message;
    try {
      message = JsonReader.readObject(line);
    } catch (JsonException e) {
      throw new VmmException("the monitor sent something that is not a JSON object", e);
    }
    if (message.get("event").isPresent()) events.accept(message);
    else if (message.get("QMP").isPresent()) greeting.complete(message.object("QMP"));
    else answer(message);
  }

  private void answer(Json.Obj message) throws IOException {
    ours |= message.whole("id").orElse(-1L) == firstId;
    if (!ours) return;
    CompletableFuture<Json> waiting;
    synchronized (this) {
      waiting = open.poll();
    }
    if (waiting == null) throw new VmmException("the monitor answered a command that was not sent");
    if (message.members().containsKey("return")) waiting.complete(message.members().get("return"));
    else waiting.completeExceptionally(refusal(message.object("error")));
  }

  private static VmmException refusal(Json.Obj error) {
    return new VmmException(
        "the monitor refuses: "
            + error.text("desc").orElse("no reason given")
            + " ("
            + error.text("class").orElse("no class")
            + ")");
  }

  @Override
  public void ended(IOException cause) {
    var end = cause instanceof VmmException v ? v : new VmmException(cause.getMessage(), cause);
    List<CompletableFuture<Json>> left;
    synchronized (this) {
      if (over != null) return;
      over = end;
      left = List.copyOf(open);
      open.clear();
      output.clear();
    }
    greeting.completeExceptionally(end);
    left.forEach(f -> f.completeExceptionally(end));
  }

  /// No command gets through once this returned; the loop closes the socket soon after.
  @Override
  public void close() {
    var end = new VmmException("the control connection was closed");
    ended(end);
    loop.close(channel, end);
  }
}
