package atoll.cli.bench;

import atoll.node.Node;
import atoll.template.Template;
import atoll.vmm.Vmm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// Cold boots in a row, on a host that is busy: emulated clocks make a guest that is starved of
/// processor time misjudge them, and some then hang for ever.
///
/// What makes the host busy is the boots themselves: twice as many rows of them as there are
/// processors.
final class BootsBench {
  private final Vmm vmm;
  private final Template template;
  private final int boots;
  private final Progressing progress;
  private final AtomicInteger begun = new AtomicInteger();
  private final Collection<Double> millis = new ConcurrentLinkedQueue<>();

  BootsBench(Vmm vmm, Template template, int boots, Progressing progress) {
    this.vmm = vmm;
    this.template = template;
    this.boots = boots;
    this.progress = progress;
  }

  List<Figure> run() throws Exception {
    int rows = Math.min(boots, 2 * Runtime.getRuntime().availableProcessors());
    var work = new ArrayList<Callable<Void>>();
    for (int i = 0; i < rows; i++) work.add(this::row);
    try (var threads = Executors.newFixedThreadPool(rows)) {
      for (var row : threads.invokeAll(work)) row.get();
    }
    return figures(rows);
  }

  private Void row() throws Exception {
    try (var bare = new BareGuest(vmm, template, Node.TEMPLATE_READERS)) {
      for (int i = begun.getAndIncrement(); i < boots; i = begun.getAndIncrement()) {
        progress.step("boots", i, boots);
        try {
          millis.add(bare.coldBoot("cold-" + i).exec());
        } catch (Exception e) {
          progress.note("boot " + (i + 1) + " failed: " + e.getMessage());
        }
      }
    }
    return null;
  }

  private List<Figure> figures(int rows) {
    int booted = millis.size();
    var success =
        new Figure(
            "cold boots, " + rows + " at a time: success",
            booted * 100.0 / boots,
            "%",
            null,
            0,
            boots,
            "100 %",
            booted == boots);
    if (booted == 0) return List.of(success);
    var samples = Samples.of(millis.stream().mapToDouble(m -> m).toArray());
    return List.of(
        success,
        Figure.told(
            "cold boot → first exec, " + rows + " at a time", samples.median(), "ms", booted),
        Figure.told("the slowest of them", samples.most(), "ms", booted));
  }
}
