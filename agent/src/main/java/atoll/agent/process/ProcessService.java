package atoll.agent.process;

import atoll.agent.guest.GuestState;
import atoll.agent.guest.User;
import atoll.agent.guest.Users;
import atoll.agent.http.Router;
import atoll.agent.rpc.CallContext;
import atoll.agent.rpc.EventStream;
import atoll.agent.rpc.Message;
import atoll.agent.rpc.MessageType;
import atoll.agent.rpc.MessageWriter;
import atoll.agent.rpc.Rpc;
import atoll.agent.rpc.RpcCode;
import atoll.agent.rpc.RpcException;
import java.io.IOException;

/// The `process.Process` service: starts processes and lets clients follow, feed and end them.
public final class ProcessService {
  private static final String PREFIX = "/process.Process/";

  private final GuestState state;
  private final Users users;
  private final ProcessTable table = new ProcessTable();
  private final Starter starter;

  public ProcessService(GuestState state, Users users) {
    this.state = state;
    this.users = users;
    this.starter = new Starter(state, table);
  }

  public void routes(Router router, Rpc rpc) {
    router.on("POST", PREFIX + "Start", rpc.streaming(ProcessMessages.START, this::start));
    router.on("POST", PREFIX + "Connect", rpc.streaming(ProcessMessages.SELECT, this::connect));
    router.on(
        "POST", PREFIX + "List", rpc.unary(MessageType.EMPTY, (c, m, answer) -> list(answer)));
    router.on("POST", PREFIX + "Update", rpc.unary(ProcessMessages.UPDATE, this::update));
    router.on("POST", PREFIX + "SendInput", rpc.unary(ProcessMessages.INPUT, this::sendInput));
    router.on(
        "POST",
        PREFIX + "StreamInput",
        rpc.clientStreaming(ProcessMessages.STREAM_INPUT, context -> new InputStreamCall(table)));
    router.on("POST", PREFIX + "SendSignal", rpc.unary(ProcessMessages.SIGNAL, this::sendSignal));
    router.on("POST", PREFIX + "CloseStdin", rpc.unary(ProcessMessages.SELECT, this::closeStdin));
  }

  private User user(CallContext context) throws RpcException, IOException {
    if (context.user() != null) return context.user();
    String name = state.defaultUser();
    User user = users.find(name);
    if (user != null) return user;
    throw new RpcException(RpcCode.UNAUTHENTICATED, "invalid default user: '" + name + "'");
  }

  private void start(CallContext context, Message request, EventStream events)
      throws RpcException, IOException {
    starter.start(context, StartRequest.of(request), user(context), events);
  }

  private void connect(CallContext context, Message request, EventStream events)
      throws RpcException, IOException {
    Message selector = request.message("process");
    RunningProcess process = table.findOrNull(selector);
    if (process != null && process.subscribe(events)) {
      events.flush();
      process.await(events, context);
      return;
    }
    ProcessTable.Ended ended = table.findEnded(selector);
    if (ended == null)
      throw RpcException.notFound("process with " + ProcessTable.words(selector) + " not found");
    events.message(ProcessEvents.start(ended.pid()));
    events.message(ended.event());
    events.end(null);
  }

  private void list(MessageWriter answer) {
    for (RunningProcess process : table.live()) process.write(answer);
  }

  private void update(CallContext context, Message request, MessageWriter answer)
      throws RpcException, IOException {
    RunningProcess process = table.find(request.message("process"));
    Message pty = request.message("pty");
    if (pty == null) return;
    if (process.pty() == null)
      throw RpcException.internal("error resizing tty: tty is not set for the process");
    TerminalSize size = TerminalSize.of(pty);
    process.pty().resize(size.columns(), size.rows());
  }

  private void sendInput(CallContext context, Message request, MessageWriter answer)
      throws RpcException {
    RunningProcess process = table.find(request.message("process"));
    feed(process, request.message("input"));
  }

  static void feed(RunningProcess process, Message input) throws RpcException {
    String kind = input == null ? null : input.oneof("stdin", "pty");
    if (kind == null) throw RpcException.unimplemented("invalid input type <nil>");
    boolean terminal = process.pty() != null;
    if (kind.equals("stdin") && terminal)
      throw RpcException.internal("error writing to stdin: tty assigned to process");
    if (kind.equals("pty") && !terminal)
      throw RpcException.internal("error writing to tty: tty not assigned to process");
    process.input().write(input.bytes(kind));
  }

  private void sendSignal(CallContext context, Message request, MessageWriter answer)
      throws RpcException {
    RunningProcess process = table.find(request.message("process"));
    int signal = request.enumeration("signal");
    if (signal != 9 && signal != 15)
      throw RpcException.unimplemented("invalid signal: SIGNAL_UNSPECIFIED");
    process.signal(signal);
  }

  private void closeStdin(CallContext context, Message request, MessageWriter answer)
      throws RpcException {
    RunningProcess process = table.find(request.message("process"));
    if (process.pty() != null) {
      throw new RpcException(
          RpcCode.UNKNOWN, "error closing stdin: cannot close stdin of a tty, send byte 0x04");
    }
    process.input().close();
  }
}
