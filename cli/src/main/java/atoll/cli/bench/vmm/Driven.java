package atoll.cli.bench.vmm;

import atoll.core.Deadline;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import java.io.IOException;
import java.time.Duration;

/// A monitor as a node starts it, disk and jail included.
final class Driven implements Machine {
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Vmm vmm;
  private final VmSpec spec;
  private final Jail jail;
  private Vm vm;

  Driven(Vmm vmm, VmSpec spec, Jail jail) {
    this.vmm = vmm;
    this.spec = spec;
    this.jail = jail;
  }

  @Override
  public void spawn() throws IOException {
    vm = vmm.start(spec, jail);
  }

  @Override
  public void run(Deadline deadline) throws IOException {
    vm.run(deadline);
  }

  @Override
  public long pid() {
    return vm.pid();
  }

  @Override
  public void pause(Deadline deadline) throws IOException {
    vm.pause(deadline);
  }

  @Override
  public void resume(Deadline deadline) throws IOException {
    vm.resume(deadline);
  }

  @Override
  public void close() {
    if (vm != null) vm.stop(Deadline.after(STOP));
    jail.tap().close();
  }
}
