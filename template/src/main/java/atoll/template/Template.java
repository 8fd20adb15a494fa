package atoll.template;

import atoll.core.Bytes;
import atoll.protocol.node.TemplateInfo;
import atoll.vmm.VmSpec.Origin;
import java.nio.file.Path;

/// A finished template on this node's disk: everything that a create needs to map and resume.
///
/// The files are read-only for sandboxes and never change once the template is published.
///
/// @param disk raw ext4 image, the base of every overlay
/// @param memory guest memory at the snapshot, mapped privately by each clone
/// @param deviceState the monitor's own state file
/// @param kernelArguments of the boot that was saved
/// @param recipe what it was built from, as [TemplateBuilder#recipe] names it
/// @param snapshotFormat the `Vmm.snapshotFormat()` that can load it
public record Template(
    TemplateInfo info,
    Path disk,
    Path memory,
    Path deviceState,
    Path kernel,
    Path initramfs,
    String kernelArguments,
    String recipe,
    String snapshotFormat) {
  /// Where a sandbox of this template begins.
  public Origin.Restore restore() {
    return new Origin.Restore(memory, deviceState, Bytes.mib(info.diskMib()));
  }

  public Bytes memorySize() {
    return Bytes.mib(info.memoryMib());
  }
}
