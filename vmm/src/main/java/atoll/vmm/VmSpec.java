package atoll.vmm;

import atoll.core.Bytes;
import java.nio.file.Path;

/// The machine that a monitor shall emulate.
///
/// @param name appears in the process's arguments so that a sweep can find it; `[a-z0-9-]`, at most
///   64 characters
/// @param disk the sandbox's own qcow2 overlay, `/dev/vda` in the guest
/// @param guestMac fixed, since every tap is alone in its namespace
public record VmSpec(
    String name, int cpuCount, Bytes memory, Path disk, String guestMac, Origin origin) {
  /// Where the guest's first instruction comes from.
  public sealed interface Origin {
    /// A kernel boots. `memoryFile` is where guest memory lives, shared, so that a snapshot needs
    /// no copy; null for plain memory.
    record ColdBoot(Path kernel, Path initramfs, String kernelArguments, Path memoryFile)
        implements Origin {}

    /// A snapshot goes on. Memory is mapped privately: the file is shared by all clones until they
    /// write. `diskSize` is the disk's size at the snapshot, since no monitor minds another one;
    /// null where it is not known.
    record Restore(Path memoryFile, Path deviceState, Bytes diskSize) implements Origin {
      public Restore(Path memoryFile, Path deviceState) {
        this(memoryFile, deviceState, null);
      }
    }
  }
}
