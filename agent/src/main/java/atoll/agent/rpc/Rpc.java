package atoll.agent.rpc;

import atoll.agent.guest.User;
import atoll.agent.http.Handler;
import atoll.agent.http.Request;
import atoll.core.json.JsonException;
import atoll.core.json.JsonReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/// Turns methods of the Connect protocol, JSON codec, into HTTP handlers.
///
/// @param users whom the request's Basic header names, or null if it has none
public record Rpc(Function<Request, User> users) {
  private static final String JSON = "application/json";
  private static final byte[] EMPTY = {'{', '}'};
  private static final String STREAM_JSON = "application/connect+json";

  /// Larger than any message an SDK sends; bounds what one request may take of the small heap.
  private static final int MESSAGE_LIMIT = 16 << 20;

  public Handler unary(UnaryCall call) {
    return (request, response) -> {
      if (!accepts(request, JSON)) {
        response.header("Accept-Post", JSON).send(415);
        return;
      }
      response.header("Accept-Encoding", "gzip");
      try {
        CallContext context = context(request);
        String answer = call.call(context, message(unaryBody(request)));
        response.send(200, request.header("Content-Type"), answer);
      } catch (RpcException e) {
        response.send(e.code().status(), JSON, e.json());
      }
    };
  }

  public Handler streaming(StreamingCall call) {
    return (request, response) -> {
      if (!accepts(request, STREAM_JSON)) {
        response.header("Accept-Post", STREAM_JSON).send(415);
        return;
      }
      EventStream events = null;
      try {
        byte[] body = onlyMessage(request);
        CallContext context = context(request);
        events = new EventStream(response, STREAM_JSON);
        call.call(context, message(body), events);
      } catch (RpcException e) {
        if (events == null) events = new EventStream(response, STREAM_JSON);
        events.end(e);
      }
      if (events.failed()) response.close();
    };
  }

  /// The messages are taken while they arrive; the answer is one empty message and the end.
  public Handler clientStreaming(ClientStreamCall call) {
    return (request, response) -> {
      if (!accepts(request, STREAM_JSON)) {
        response.header("Accept-Post", STREAM_JSON).send(415);
        return;
      }
      RpcException error = null;
      try {
        takeAll(request, call.begin(context(request)));
      } catch (RpcException e) {
        error = e;
      }
      var events = new EventStream(response, STREAM_JSON);
      if (error == null) events.message(EMPTY, EMPTY.length);
      events.end(error);
    };
  }

  private static void takeAll(Request request, ClientStreamCall.Messages messages)
      throws IOException, RpcException {
    var reader = new EnvelopeReader(request.body(), MESSAGE_LIMIT);
    for (EnvelopeReader.Frame f = reader.next(); f != null && !f.end(); f = reader.next()) {
      Message message;
      try {
        message = message(f.payload());
      } catch (RpcException e) {
        throw new RpcException(RpcCode.UNKNOWN, e.getMessage());
      }
      messages.take(message);
    }
  }

  private static boolean accepts(Request request, String type) {
    String sent = request.header("Content-Type");
    if (sent == null || !request.mediaType().equals(type)) return false;
    int semicolon = sent.indexOf(';');
    return semicolon < 0 || sent.substring(semicolon + 1).strip().equalsIgnoreCase("charset=utf-8");
  }

  private CallContext context(Request request) throws RpcException {
    String version = request.header("Connect-Protocol-Version");
    if (version != null && !version.equals("1")) {
      throw RpcException.invalid("connect-protocol-version must be \"1\": got \"" + version + "\"");
    }
    return CallContext.of(request, users.apply(request));
  }

  private static byte[] unaryBody(Request request) throws IOException, RpcException {
    String encoding = request.header("Content-Encoding");
    InputStream body = request.body();
    if (encoding != null && !encoding.isEmpty() && !encoding.equals("identity")) {
      if (!encoding.equals("gzip")) {
        throw RpcException.unimplemented(
            "unknown compression \"" + encoding + "\": supported encodings are gzip");
      }
      body = Gzip.decoded(body);
    }
    byte[] bytes = Gzip.readAll(body, MESSAGE_LIMIT);
    if (bytes.length == 0)
      throw RpcException.invalid("zero-length payload is not a valid JSON object");
    return bytes;
  }

  /// The one message of a server-streaming call; the body is read to its end before the call
  /// starts.
  private static byte[] onlyMessage(Request request) throws IOException, RpcException {
    String encoding = request.header("Connect-Content-Encoding");
    if (encoding != null && !encoding.isEmpty() && !encoding.equals("identity")) {
      throw RpcException.unimplemented(
          "unknown compression \"" + encoding + "\": supported encodings are gzip");
    }
    var reader = new EnvelopeReader(request.body(), MESSAGE_LIMIT);
    EnvelopeReader.Frame first = reader.next();
    if (first == null || first.end())
      throw RpcException.unimplemented("unary request has zero messages");
    EnvelopeReader.Frame second = reader.next();
    if (second != null && !second.end())
      throw RpcException.unimplemented("unary request has multiple messages");
    return first.payload();
  }

  static Message message(byte[] json) throws RpcException {
    if (json.length == 0) return new Message(atoll.core.json.Json.EMPTY);
    try {
      return new Message(JsonReader.readObject(json));
    } catch (JsonException e) {
      throw RpcException.invalid("unmarshal message: " + e.getMessage());
    }
  }

  /// UTF-8 bytes of JSON text.
  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
