package atoll.template;

import atoll.core.Deadline;
import atoll.core.Progress;
import atoll.core.Refusal;
import atoll.vmm.Accelerator;
import atoll.vmm.qemu.QemuProgram;
import atoll.vmm.qemu.QemuVmm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Locale;

/// Boots a guest cold again and again, and says how many boots failed. A busy host is the point of
/// it: see the traps of emulated clocks.
///
/// Arguments: a folder to work in, how many boots, and the folder of the agent's bundle (default:
/// the stand-in).
final class ColdBootsBench {
  private static final Duration BOOT = Duration.ofMinutes(3);

  private ColdBootsBench() {}

  public static void main(String[] arguments) throws IOException {
    Path home = Files.createDirectories(Path.of(arguments[0]));
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
    int boots = Integer.parseInt(arguments[1]);
    Path bundle = arguments.length > 2 ? Path.of(arguments[2]) : StandInBundle.in(home);
    var vmm = new QemuVmm(QemuProgram.find(), Accelerator.TCG);
    TemplateStore store = TemplateStore.open(home.resolve("templates"), vmm);
    var host = new LabHost(home.resolve("vms"));
    Template template =
        store
            .find("base")
            .orElseGet(() ->
                build(
                    new TemplateBuilder(
                        vmm, store, home.resolve("cache/images"), host, () -> bundle)));
    run(new ColdBoot(vmm, host, template), boots);
    System.exit(0); // the monitors' I/O thread has no end of its own
  }

  private static Template build(TemplateBuilder builder) {
    return builder.build(
        TemplateSpec.base(Accelerator.TCG), Deadline.after(Duration.ofMinutes(20)), new Printed());
  }

  private static void run(ColdBoot boot, int boots) throws IOException {
    var times = new ArrayList<Long>();
    int failed = 0;
    for (int i = 1; i <= boots; i++) {
      try {
        times.add(boot.once("cold-" + i, Deadline.after(BOOT)).toMillis());
        System.out.printf(Locale.ROOT, "boot %d: %d ms%n", i, times.getLast());
      } catch (Refusal.Failed e) {
        failed++;
        System.out.printf(Locale.ROOT, "boot %d FAILED: %s%n%s%n", i, e.getMessage(), e.detail());
      }
    }
    Collections.sort(times);
    if (times.isEmpty()) return;
    System.out.printf(
        Locale.ROOT,
        "%d of %d booted; median %d ms, longest %d ms%n",
        boots - failed,
        boots,
        times.get(times.size() / 2),
        times.getLast());
  }

  private record Printed() implements Progress {
    @Override
    public void step(String name, String text, double fraction) {}

    @Override
    public void done(String name, long millis) {
      System.out.printf(Locale.ROOT, "%-10s %6d ms%n", name, millis);
    }
  }
}
