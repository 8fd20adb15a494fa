package atoll.cli.bench;

import atoll.node.Node;
import atoll.template.Template;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// Cold boots in a row, on a host that is busy: emulated clocks make a guest that is starved of
/// processor time misjudge them, and some then hang for ever.
///
/// The busy host is made here: one thread for each processor spins as long as the boots run.
final class BootsBench {
  private BootsBench() {}

  static List<Figure> run(Vmm vmm, Template template, int boots, Progressing progress)
      throws IOException {
    var done = new AtomicBoolean();
    var load =
        java.util.stream.IntStream.range(0, Runtime.getRuntime().availableProcessors())
            .mapToObj(i -> Thread.ofPlatform().daemon().name("load-" + i).start(() -> spin(done)))
            .toList();
    try (var bare = new BareGuest(vmm, template, Node.TEMPLATE_READERS)) {
      return figures(bare, boots, progress);
    } finally {
      done.set(true);
      load.forEach(BootsBench::join);
    }
  }

  private static List<Figure> figures(BareGuest bare, int boots, Progressing progress) {
    var millis = new double[boots];
    int booted = 0;
    for (int i = 0; i < boots; i++) {
      progress.step("boots", i, boots);
      try {
        millis[booted] = bare.coldBoot("cold-" + i).exec();
        booted++;
      } catch (Exception e) {
        progress.note("boot " + (i + 1) + " failed: " + e.getMessage());
      }
    }
    var times = java.util.Arrays.copyOf(millis, booted);
    var success =
        new Figure(
            "cold boots in a row on a busy host: success",
            booted * 100.0 / boots,
            "%",
            null,
            0,
            boots,
            "100 %",
            booted == boots);
    if (booted == 0) return List.of(success);
    var samples = Samples.of(times);
    return List.of(
        success,
        Figure.told("cold boot on a busy host → first exec", samples.median(), "ms", booted),
        Figure.told("the slowest of them", samples.most(), "ms", booted));
  }

  private static void spin(AtomicBoolean done) {
    while (!done.get()) Thread.onSpinWait();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
