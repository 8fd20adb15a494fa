package atoll.testkit;

import atoll.linux.kernel.KernelException;
import atoll.linux.process.Child;
import atoll.linux.process.Spawn;
import atoll.vmm.Accelerator;
import atoll.vmm.Jail;
import atoll.vmm.Vm;
import atoll.vmm.VmSpec;
import atoll.vmm.Vmm;
import atoll.vmm.VmmException;
import atoll.vmm.VmmKind;
import java.io.IOException;
import java.util.Map;

/// A driver whose monitors are `sleep` processes: real pids, namespaces and taps, and a guest that
/// is only said to run.
///
/// How its monitors behave is chosen by [#behave]; the default passes [VmmContract]. Needs root, as
/// spawning into a namespace does. Safe for use by several threads.
public final class FakeVmm implements Vmm {
  /// What the next monitors do.
  public enum Behaviour {
    /// As a monitor should.
    RUNS,
    /// Its process ends at once with status 1 and words on standard error.
    EXITS_EARLY,
    /// It starts, but in the namespace of its parent.
    WRONG_NAMESPACE,
    /// It starts, but without the tap: the slot has no carrier.
    HOLDS_NO_TAP,
    /// It starts, and [Vm#run] never comes back before its deadline.
    NEVER_RUNS,
    /// It starts, and its process ends as soon as the guest shall run.
    DIES_WHEN_RUN
  }

  private static final int TAP = 3;
  private volatile Behaviour behaviour = Behaviour.RUNS;

  /// From now on.
  public FakeVmm behave(Behaviour next) {
    behaviour = next;
    return this;
  }

  @Override
  public VmmKind kind() {
    return VmmKind.QEMU;
  }

  @Override
  public Accelerator accelerator() {
    return Accelerator.TCG;
  }

  @Override
  public String snapshotFormat() {
    return "fake/tcg";
  }

  @Override
  public Vm start(VmSpec spec, Jail jail) throws IOException {
    Behaviour now = behaviour;
    Child child = process(spec, jail, now).start();
    var vm = new FakeVm(spec, child, now);
    try {
      jail.place().place(child.pid());
      return vm;
    } catch (IOException e) {
      vm.abandon();
      throw new VmmException("the fake monitor could not be placed", e);
    }
  }

  @Override
  public Vm adopt(VmSpec spec, Jail jail, long pid, long startTicks) throws IOException {
    try {
      return new FakeVm(spec, Child.adopt(Math.toIntExact(pid), startTicks), behaviour).goingOn();
    } catch (KernelException gone) {
      throw new VmmException("monitor " + pid + " is gone", gone);
    }
  }

  private static Spawn process(VmSpec spec, Jail jail, Behaviour now) {
    String program = now == Behaviour.EXITS_EARLY ? "exit 1" : "exec sleep 3600";
    var spawn =
        Spawn.command("/bin/sh", "-c", program, "atoll-" + spec.name())
            .environment(Map.of("PATH", "/usr/bin:/bin"))
            .credentials(jail.uid(), jail.uid(), jail.sharedGid())
            .session(true);
    if (now != Behaviour.HOLDS_NO_TAP) spawn.fd(TAP, jail.tap().number());
    if (now != Behaviour.WRONG_NAMESPACE) spawn.netns(jail.netns().number());
    return spawn;
  }
}
