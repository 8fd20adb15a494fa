package atoll.cli.bench;

import atoll.cli.bench.vmm.Machine;
import atoll.cli.bench.vmm.Machine.Course;
import atoll.cli.bench.vmm.Place;
import atoll.cli.home.Home;
import atoll.cli.server.Stack;
import atoll.core.Progress;
import atoll.core.Refusal;
import atoll.node.Node;
import atoll.node.VmmChoice;
import atoll.template.TemplateStore;
import atoll.template.image.GuestImages;
import atoll.vmm.Vmm;
import atoll.vmm.firecracker.FirecrackerProgram;
import atoll.vmm.firecracker.FirecrackerVmm;
import atoll.vmm.qemu.AcceleratorProbe;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import atoll.vmm.qemu.StorageDaemon;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Each monitor that works here: a restore, a pause and the memory of an idle clone, as a node does
/// it, beside the same monitor by hand.
///
/// A round is one restore of each. Both map the same snapshot's memory, in the same slot, and both
/// have a jailer or neither.
final class VmmBench {
  private static final double MOST = 1.15;

  /// A node has started many. The first compiler takes a method at its 200th call: until then each
  /// start is interpreted, and then it is the compiler's work too. By hand as well.
  private static final int WARM_UP = 220;

  private final Home home;
  private final int rounds;
  private final Progressing progress;
  private final GuestImages.AgentSource agent;
  private final VmmChoice wanted;

  /// @param wanted `AUTO` for each that works here
  VmmBench(
      Home home,
      int rounds,
      Progressing progress,
      GuestImages.AgentSource agent,
      VmmChoice wanted) {
    this.home = home;
    this.rounds = rounds;
    this.progress = progress;
    this.agent = agent;
    this.wanted = wanted;
  }

  List<Figure> run() throws Exception {
    var figures = new ArrayList<Figure>();
    List<VmmChoice> kinds =
        wanted == VmmChoice.AUTO ? List.of(VmmChoice.QEMU, VmmChoice.FIRECRACKER) : List.of(wanted);
    for (VmmChoice kind : kinds) {
      try {
        Stack.prepare(home, agent, kind, Progress.NONE);
      } catch (Refusal.Unavailable e) {
        if (wanted != VmmChoice.AUTO) throw e;
        progress.note(kind.label() + " is not measured: " + e.getMessage());
        continue;
      }
      figures.addAll(kind == VmmChoice.QEMU ? qemu() : firecracker());
    }
    return figures;
  }

  private List<Figure> qemu() throws Exception {
    var program = QemuProgram.find();
    Path memory = home.root().resolve("run/accelerator.json");
    var accelerator =
        new AcceleratorProbe(program, memory, Node.TEMPLATE_READERS).choose().accelerator();
    var vmm = new QemuVmm(program, accelerator);
    try (var place = place(vmm)) {
      return compare(
          "QEMU/" + accelerator.label(), place, name -> place.qemuByHand(name, accelerator));
    }
  }

  private List<Figure> firecracker() throws Exception {
    var program = FirecrackerProgram.find(System.getenv()).orElseThrow();
    Path folder = Files.createTempDirectory("atoll-bench-storage-");
    try (var storage = StorageDaemon.start(folder);
        var place = place(new FirecrackerVmm(program, storage))) {
      return compare("Firecracker", place, name -> place.firecrackerByHand(name, program));
    } finally {
      try (var files = Files.newDirectoryStream(folder)) {
        for (Path file : files) Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    }
  }

  private Place place(Vmm vmm) throws Exception {
    return new Place(
        vmm, TemplateStore.open(home.root().resolve("templates"), vmm).require("base"));
  }

  @FunctionalInterface
  private interface Raw {
    Machine of(String name) throws Exception;
  }

  private List<Figure> compare(String monitor, Place place, Raw raw) throws Exception {
    var ours = new ArrayList<Course>();
    var theirs = new ArrayList<Course>();
    for (int i = 0; i < WARM_UP; i++) {
      progress.step(monitor + " warms up", i, WARM_UP);
      place.rehearse(place.driven("warm-up-" + i));
      place.rehearse(raw.of("raw-warm-up-" + i));
    }
    for (int i = 0; i < rounds; i++) {
      progress.step(monitor, i, rounds);
      boolean oursFirst = i % 2 == 0; // each follows the other as often as itself
      if (oursFirst) ours.add(place.course(place.driven("ours-" + i)));
      theirs.add(place.course(raw.of("raw-" + i)));
      if (!oursFirst) ours.add(place.course(place.driven("ours-" + i)));
    }
    return List.of(
        figure(monitor + ": restore, spawn → running", "ms", ours, theirs, Course::running),
        figure(monitor + ": restore, spawn → agent", "ms", ours, theirs, Course::agent),
        figure(monitor + ": pause", "ms", ours, theirs, Course::pause),
        figure(monitor + ": memory of an idle clone", "MiB", ours, theirs, Course::memory));
  }

  private Figure figure(
      String name,
      String unit,
      List<Course> ours,
      List<Course> theirs,
      ToDoubleFunction<Course> what) {
    return Figure.ratio(
        name, median(ours, what), unit, "by hand", median(theirs, what), MOST, rounds);
  }

  private static double median(List<Course> courses, ToDoubleFunction<Course> what) {
    double[] sorted = courses.stream().mapToDouble(what).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
