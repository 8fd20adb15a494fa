package atoll.vmm;

import java.io.IOException;

/// A kind of virtual machine monitor, ready to start processes.
///
/// One life, by whoever drives it:
///
/// ```java
/// Vm vm = vmm.start(spec, jail);        // the process exists, in its namespace and cgroup; the guest does not run yet
/// proveNamespace(vm.pid());             // the launch gate's first rungs
/// vm.attach(Deadline.after(ofSeconds(5))); // from here the monitor holds the tap
/// proveTap(vm.pid());
/// vm.run(Deadline.after(ofSeconds(5))); // loads the snapshot or boots; returns when the virtual CPUs run
/// vm.stop(Deadline.after(ofSeconds(5)));// killed and reaped; may be repeated
/// ```
///
/// A monitor outlives the process that started it; a later one takes it over with [#adopt].
public interface Vmm {
  VmmKind kind();

  Accelerator accelerator();

  /// Kind, version and accelerator in one word, such as `qemu-7.2.22/tcg`: a snapshot belongs to
  /// the monitor that made it.
  String snapshotFormat();

  /// Spawns the monitor with its guest stopped. Blocks until the process exists, not until it
  /// answers.
  Vm start(VmSpec spec, Jail jail) throws IOException;

  /// Takes over the living monitor that an earlier process, or an earlier [Vm] of this one that was
  /// [let go][Vm#letGo], started with this `spec` and `jail`, and whose guest runs.
  ///
  /// Returns as soon as the process is known to be the one that is meant. A monitor that does not
  /// answer is adopted too: its end is noticed and [Vm#stop] works, calls to it fail at their
  /// deadlines. The console goes on where its file ends, but for what came meanwhile. How it ends
  /// is known only as far as the monitor says so: its exit status belongs to its parent.
  ///
  /// @param jail as it was, but for the tap, which may be null: the process has it
  /// @param startTicks [atoll.linux.kernel.Procfs#startTime] of that process
  /// @throws VmmException if the process has ended, or another one has its number; it is untouched
  Vm adopt(VmSpec spec, Jail jail, long pid, long startTicks) throws IOException;
}
