package atoll.vmm;

import java.io.IOException;

/// A kind of virtual machine monitor, ready to start processes.
///
/// One life, by whoever drives it:
///
/// ```java
/// Vm vm = vmm.start(spec, jail);        // the process exists, in its namespace and cgroup; the guest does not run yet
/// proveNamespaceAndTap(vm.pid());       // the launch gate's first rungs
/// vm.run(Deadline.after(ofSeconds(5))); // loads the snapshot or boots; returns when the virtual CPUs run
/// vm.stop(Deadline.after(ofSeconds(5)));// killed and reaped; may be repeated
/// ```
public interface Vmm {
  VmmKind kind();

  Accelerator accelerator();

  /// Kind, version and accelerator in one word, such as `qemu-7.2.22/tcg`: a snapshot belongs to
  /// the monitor that made it.
  String snapshotFormat();

  /// Spawns the monitor with its guest stopped. Blocks until the process exists, not until it
  /// answers.
  Vm start(VmSpec spec, Jail jail) throws IOException;
}
