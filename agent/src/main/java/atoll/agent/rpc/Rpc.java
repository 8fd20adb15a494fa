package atoll.agent.rpc;

import atoll.agent.guest.User;
import atoll.agent.http.Handler;
import atoll.agent.http.Request;
import atoll.agent.http.Response;
import atoll.protocol.http.HttpException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/// Turns methods of the Connect protocol, in either codec, into HTTP handlers.
///
/// - **Bounds** a message has at most 16 MiB, compressed or not; all large ones together a third of
///   the heap.
/// - **Deadline** a call whose time is up before it begins is not begun.
public final class Rpc {
  private static final String PROTOCOL_VERSION = "Connect-Protocol-Version";
  private static final Outgoing EMPTY = new Outgoing(answer -> {});

  private final Function<Request, User> users;
  private final MessageMemory memory = new MessageMemory(Runtime.getRuntime().maxMemory() / 3);

  /// @param users whom the request's Basic header names, or null if it has none
  public Rpc(Function<Request, User> users) {
    this.users = users;
  }

  public Handler unary(MessageType type, UnaryCall call) {
    Handler framed = framed(type, call);
    return (request, response) -> {
      Codec codec = WireType.unary(request);
      if (codec == null) {
        if (WireType.grpc(request) != null) framed.handle(request, response);
        else response.header("Accept-Post", WireType.UNARY).send(415);
        return;
      }
      response.header("Accept-Encoding", WireType.GZIP);
      try {
        MessageWriter answer = codec.writer();
        CallContext context = context(request);
        try (var share = memory.share()) {
          MessageBytes body = WireType.unaryBody(request, share);
          call.call(context, codec.decode(type, body.array(), body.length()), answer);
        }
        answer.finish();
        response.header("Content-Type", request.header("Content-Type"));
        send(response, answer, WireType.gzipAnswer(request));
      } catch (RpcException e) {
        response.send(e.code().status(), Codec.JSON.unaryType(), e.json());
      } catch (HttpException e) {
        var error = RpcException.invalid("protocol error: " + e.getMessage());
        response.close().send(error.code().status(), Codec.JSON.unaryType(), error.json());
      }
    };
  }

  /// The same call as gRPC makes it: one message in, one out, framed as a stream.
  private Handler framed(MessageType type, UnaryCall call) {
    return streaming(
        type,
        (context, request, events) -> {
          MessageWriter answer = events.codec().writer();
          call.call(context, request, answer);
          answer.finish();
          events.message(answer);
          events.end(null);
        });
  }

  private static void send(Response response, MessageWriter answer, boolean gzip)
      throws IOException {
    if (!gzip) {
      response.send(200, answer.bytes, answer.length);
      return;
    }
    try (var encoder = new GzipEncoder()) {
      encoder.encode(answer.bytes, answer.length);
      response.header("Content-Encoding", WireType.GZIP);
      response.send(200, encoder.bytes(), encoder.length());
    }
  }

  /// The body is read to its end before the call starts, since it must hold one message only.
  public Handler streaming(MessageType type, StreamingCall call) {
    return (request, response) ->
        stream(
            request,
            response,
            events -> {
              Message message;
              try (var share = memory.share()) {
                MessageBytes body = onlyMessage(request, share);
                message = message(events.codec(), type, body);
              }
              call.call(context(request), message, events);
            });
  }

  /// As [#streaming], for a stream without an end of its own, which a client leaves by closing its
  /// connection: there is no other request on it afterwards.
  public Handler endless(MessageType type, StreamingCall call) {
    Handler streaming = streaming(type, call);
    return (request, response) -> streaming.handle(request, response.close());
  }

  /// The messages are taken while they arrive; the answer is one empty message and the end.
  public Handler clientStreaming(MessageType type, ClientStreamCall call) {
    return (request, response) ->
        stream(
            request,
            response,
            events -> {
              takeAll(request, events.codec(), type, call.begin(context(request)));
              events.message(EMPTY);
              events.end(null);
            });
  }

  /// Answers a request to whatever path with an error, in the form that its content type asks for.
  public static void refuse(Request request, Response response, RpcException error)
      throws IOException {
    WireType wire = WireType.stream(request);
    if (wire == null) response.send(error.code().status(), Codec.JSON.unaryType(), error.json());
    else if (wire.protocol() == Protocol.CONNECT) refuse(response, wire, error);
    else new EventStream(response, wire, false).end(error);
  }

  /// A stream that is nothing but its end has a known length.
  private static void refuse(Response response, WireType wire, RpcException error)
      throws IOException {
    byte[] end = wire.protocol().end(error);
    var frame = ByteBuffer.allocate(5 + end.length).put((byte) wire.protocol().endFlags());
    frame.putInt(end.length).put(end);
    response.header("Content-Type", wire.contentType()).send(200, frame.array());
  }

  private interface Body {
    void run(EventStream events) throws RpcException, IOException;
  }

  private static void stream(Request request, Response response, Body body) throws IOException {
    WireType wire = WireType.stream(request);
    if (wire == null) {
      response.header("Accept-Post", WireType.STREAM).send(415);
      return;
    }
    var events = new EventStream(response, wire, wire.gzipEvents(request));
    try {
      body.run(events);
    } catch (RpcException e) {
      events.end(e);
    } catch (HttpException e) {
      response.close();
      events.end(RpcException.invalid("protocol error: " + e.getMessage()));
    } catch (RuntimeException | Error e) {
      // Errors too: one call that asked for too much memory must not end the agent.
      System.getLogger(Rpc.class.getName()).log(System.Logger.Level.ERROR, "a call failed", e);
      events.end(RpcException.internal("internal error"));
    } finally {
      events.abandon();
    }
    if (events.failed()) response.close();
  }

  private void takeAll(
      Request request, Codec codec, MessageType type, ClientStreamCall.Messages messages)
      throws IOException, RpcException {
    var reader = new EnvelopeReader(request.body(), WireType.stream(request).gzipRequest(request));
    while (true) {
      Message message;
      try (var share = memory.share()) {
        EnvelopeReader.Frame frame = reader.next(share);
        if (frame == null || frame.end()) return;
        message = message(codec, type, frame.payload());
      } catch (RpcException e) {
        throw e.code() == RpcCode.INVALID_ARGUMENT && e.getMessage().startsWith("unmarshal")
            ? new RpcException(RpcCode.UNKNOWN, e.getMessage())
            : e;
      }
      messages.take(message);
    }
  }

  private CallContext context(Request request) throws RpcException {
    String version = request.header(PROTOCOL_VERSION);
    if (version != null && !version.equals("1")) {
      throw RpcException.invalid("connect-protocol-version must be \"1\": got \"" + version + "\"");
    }
    CallContext context = CallContext.of(request, users.apply(request));
    if (context.leftNanos() <= 0) throw RpcException.deadlineExceeded();
    return context;
  }

  private static MessageBytes onlyMessage(Request request, MessageMemory.Share share)
      throws IOException, RpcException {
    var reader = new EnvelopeReader(request.body(), WireType.stream(request).gzipRequest(request));
    EnvelopeReader.Frame first = reader.next(share);
    if (first == null || first.end())
      throw RpcException.unimplemented("unary request has zero messages");
    EnvelopeReader.Frame second = reader.next(share);
    if (second != null && !second.end())
      throw RpcException.unimplemented("unary request has multiple messages");
    if (second != null && reader.next(share) != null)
      throw RpcException.invalid("protocol error: bytes after the end of the stream");
    return first.payload();
  }

  /// An empty envelope is an empty message, in JSON too.
  private static Message message(Codec codec, MessageType type, MessageBytes body)
      throws RpcException {
    return body.length() == 0 ? new Message(type) : codec.decode(type, body.array(), body.length());
  }
}
