package atoll.agent.process;

import atoll.agent.guest.GuestState;
import atoll.agent.guest.User;
import atoll.agent.rpc.CallContext;
import atoll.agent.rpc.EventStream;
import atoll.agent.rpc.Outgoing;
import atoll.agent.rpc.RpcException;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.KernelException;
import atoll.linux.process.Pipe;
import atoll.linux.process.PolledChild;
import atoll.linux.process.Pty;
import atoll.linux.process.Spawn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Starts one process on pipes or on a terminal and pumps it to its end, all on the calling thread.
final class Starter {
  /// Beyond the largest process id that Linux gives out: names commands that never became a
  /// process.
  private static final int FIRST_UNREAL_PID = 1 << 22;

  private final Launcher launcher;
  private final ProcessTable table;
  private final KillTimer timer = new KillTimer();
  private final Patience patience = new Patience();
  private final ProcessGroups groups = ProcessGroups.prepare(Path.of("/sys/fs/cgroup"));
  private final AtomicInteger unreal = new AtomicInteger(FIRST_UNREAL_PID);

  Starter(GuestState state, ProcessTable table) {
    this.launcher = new Launcher(state);
    this.table = table;
  }

  void start(CallContext context, StartRequest request, User user, EventStream events)
      throws RpcException, IOException {
    try {
      if (request.terminal() == null) onPipes(context, request, user, events);
      else onTerminal(context, request, user, events);
    } catch (MissingProgramException e) {
      playMissing(e, request, events);
    }
  }

  private PolledChild launch(
      StartRequest request, User user, java.util.function.UnaryOperator<Spawn> wiring)
      throws RpcException, MissingProgramException {
    ProcessConfig config = request.config();
    if (config.cmd().isEmpty()) throw new MissingProgramException(127, "");
    String cwd = launcher.directory(config, user);
    var environment = launcher.environment(config, user, cwd);
    int group = group(request);
    java.util.function.Function<List<String>, Spawn> spawn =
        argv -> wiring.apply(launcher.spawn(argv, environment, cwd, user).cgroup(group));
    return launcher.start(config, spawn.apply(config.argv()), () -> spawn.apply(script(config)));
  }

  private int group(StartRequest request) throws RpcException {
    try {
      return groups.folder(request);
    } catch (IOException e) {
      throw Launcher.notStarted(request.config(), "no control group: " + e.getMessage());
    }
  }

  /// A file without an interpreter line is the shell's to run.
  private static List<String> script(ProcessConfig config) {
    var words = new ArrayList<>(List.of("/bin/sh"));
    words.addAll(config.argv());
    return words;
  }

  private void onPipes(CallContext context, StartRequest request, User user, EventStream events)
      throws RpcException, IOException, MissingProgramException {
    try (var out = Pipe.open();
        var err = Pipe.open();
        var in = request.stdin() ? Pipe.open() : null) {
      PolledChild child =
          launch(
              request,
              user,
              spawn -> {
                spawn.fd(1, out.sink().number()).fd(2, err.sink().number());
                return in == null ? spawn : spawn.fd(0, in.source().number());
              });
      out.sink().close();
      err.sink().close();
      if (in != null) in.source().close();
      var input = new Input(in == null ? null : new Fd(in.sink().release()));
      var process = new RunningProcess(request.config(), request.tag(), child, input, null);
      follow(process, events, context, out.source(), err.source());
    }
  }

  private void onTerminal(CallContext context, StartRequest request, User user, EventStream events)
      throws RpcException, IOException, MissingProgramException {
    try (var pty = terminal(request)) {
      pty.resize(request.terminal().columns(), request.terminal().rows());
      Files.setAttribute(Path.of(pty.slave()), "unix:uid", user.uid());
      PolledChild child = launch(request, user, spawn -> spawn.terminal(pty.slave()));
      var input = new Input(pty.duplicate());
      var process = new RunningProcess(request.config(), request.tag(), child, input, pty);
      follow(process, events, context, pty.master(), null);
    }
  }

  private static Pty terminal(StartRequest request) throws RpcException {
    try {
      return Pty.open();
    } catch (KernelException e) {
      throw Launcher.notStarted(request.config(), e.getMessage());
    }
  }

  private void follow(
      RunningProcess process, EventStream events, CallContext context, Fd out, Fd err)
      throws IOException {
    table.add(process);
    KillTimer.Entry deadline =
        context.deadlineNanos() == 0 ? null : timer.add(process, context.deadlineNanos());
    Outgoing end = ProcessEvents.exited(-1);
    try (var pump = new Pump(process, events, context, patience, out, err)) {
      greet(process, events);
      pump.run();
    } catch (IOException | RuntimeException | Error e) {
      process.killNow(); // nobody would read its output any more
      throw e;
    } finally {
      try {
        end = ProcessEvents.end(process.child().reap());
      } finally {
        if (deadline != null) timer.cancel(deadline);
        process.input().close();
        table.end(process, end);
        process.finish(end);
      }
    }
  }

  private static void greet(RunningProcess process, EventStream events) {
    try {
      process.subscribe(events);
    } catch (IOException gone) {
      process.unsubscribe(events);
    }
  }

  private void playMissing(MissingProgramException e, StartRequest request, EventStream events)
      throws IOException {
    int pid = unreal.getAndIncrement();
    events.message(ProcessEvents.start(pid));
    byte[] text = e.getMessage().getBytes(StandardCharsets.UTF_8);
    var data = new Outgoing(to -> {});
    events.message(ProcessEvents.data(data, ProcessMessages.STDERR, text, text.length));
    Outgoing end = ProcessEvents.exited(e.exitCode());
    table.remember(new ProcessTable.Ended(pid, request.tag(), end, System.nanoTime()));
    events.message(end);
    events.end(null);
  }
}
