package atoll.cli.bench;

import atoll.cli.client.ControlClient;
import atoll.cli.client.GuestClient;
import atoll.cli.client.ProcessOutput;
import atoll.cli.client.ProcessRequest;
import atoll.cli.home.Home;
import atoll.cli.home.Instance;
import atoll.cli.report.Stages;
import atoll.core.json.Json;
import atoll.node.Node;
import atoll.template.Template;
import atoll.template.TemplateStore;
import atoll.vmm.Accelerator;
import atoll.vmm.Vmm;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// A create, against a bare restore of the same snapshot and a bare cold boot of the same guest, to
/// the same answers.
final class StartBench {
  private static final int AT_ONCE = 20;
  private static final Set<String> AFTER_AGENT = Set.of("init", "first_exec");

  private final Home home;
  private final Instance instance;
  private final ControlClient control;
  private final Progressing progress;

  StartBench(Home home, Instance instance, ControlClient control, Progressing progress) {
    this.home = home;
    this.instance = instance;
    this.control = control;
    this.progress = progress;
  }

  /// Milliseconds of one create.
  private record Create(double agent, double call, double exec) {}

  List<Figure> run(int rounds) throws Exception {
    create(); // the first one reads files that the others find in the page cache
    var creates = new ArrayList<Create>();
    var restores = new ArrayList<BareGuest.Times>();
    var boots = new ArrayList<BareGuest.Times>();
    try (var bare = new BareGuest(vmm(), template(), Node.TEMPLATE_READERS)) {
      bare.restore("warm-up");
      for (int i = 0; i < rounds; i++) {
        progress.step("start", i, rounds);
        creates.add(create());
        restores.add(bare.restore("restore-" + i));
        boots.add(bare.coldBoot("boot-" + i));
      }
    }
    double exec = median(creates.stream().mapToDouble(Create::exec).toArray());
    double agent = median(creates.stream().mapToDouble(Create::agent).toArray());
    double bareExec = median(boots.stream().mapToDouble(BareGuest.Times::exec).toArray());
    double bareAgent = median(restores.stream().mapToDouble(BareGuest.Times::agent).toArray());
    return List.of(
        Figure.faster(
            "create → first exec result",
            exec,
            "ms",
            "bare cold boot to the same exec",
            bareExec,
            12,
            rounds),
        Figure.ratio(
            "create → agent ready",
            agent,
            "ms",
            "bare QEMU restore of the same snapshot",
            bareAgent,
            1.5,
            rounds),
        Figure.told(
            "create, the whole API call",
            median(creates.stream().mapToDouble(Create::call).toArray()),
            "ms",
            rounds));
  }

  /// All of them must succeed.
  List<Figure> together() throws Exception {
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++)
      calls.add(() -> id(new ControlClient(instance.apiUrl(), control.apiKey()).create(request())));
    long start = System.nanoTime();
    int succeeded = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var done : threads.invokeAll(calls)) {
        try {
          done.get();
          succeeded++;
        } catch (java.util.concurrent.ExecutionException e) {
          progress.note("a create failed: " + e.getCause().getMessage());
        }
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    for (var sandbox : control.list()) control.kill(id(sandbox));
    return List.of(
        new Figure(
            "20 creates at once: success",
            succeeded * 100.0 / AT_ONCE,
            "%",
            null,
            0,
            1,
            "100 %",
            succeeded == AT_ONCE),
        Figure.told("20 creates at once: all answered after", seconds, "s", 1));
  }

  private Create create() throws IOException {
    long start = System.nanoTime();
    var sandbox = control.create(request());
    double call = millisSince(start);
    String id = id(sandbox);
    try {
      new GuestClient(instance.sandboxUrl(), sandbox)
          .run(ProcessRequest.of("sh", "-c", "echo hi"), SILENT);
      double exec = millisSince(start);
      double agent =
          Stages.of(control.timeline(id)).stages().stream()
              .filter(stage -> !AFTER_AGENT.contains(stage.stage()))
              .mapToDouble(Stages.Stage::ms)
              .sum();
      return new Create(agent, call, exec);
    } finally {
      control.kill(id);
    }
  }

  static final ProcessOutput SILENT =
      new ProcessOutput() {
        @Override
        public void stdout(byte[] bytes) {}

        @Override
        public void stderr(byte[] bytes) {}
      };

  static Json.Obj request() {
    return Json.object("templateID", "base", "timeout", 600);
  }

  static String id(Json.Obj sandbox) {
    return sandbox.text("sandboxID").orElseThrow();
  }

  Vmm vmm() throws IOException {
    var accelerator =
        control.node().text("accelerator").orElse("tcg").equals("kvm")
            ? Accelerator.KVM
            : Accelerator.TCG;
    return new QemuVmm(QemuProgram.find(), accelerator);
  }

  Template template() throws IOException {
    return TemplateStore.open(home.root().resolve("templates"), vmm()).require("base");
  }

  private static double median(double[] values) {
    return Samples.of(values).median();
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
