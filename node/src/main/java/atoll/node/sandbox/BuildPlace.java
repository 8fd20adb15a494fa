package atoll.node.sandbox;

import atoll.core.Bytes;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FileTree;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.protocol.network.EgressPolicy;
import atoll.vmm.Jail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// A slot, a folder and a control group in which one monitor of somebody else's may run.
///
/// - **Owner** who opened it; [#close()] gives everything up, newest first, after the monitor has
///   ended. The monitor, if it was named like the place, is swept at the next start if this process
///   dies.
public final class BuildPlace implements AutoCloseable {
  private final Workshop workshop;
  private final Holdings holdings = new Holdings();
  private NetworkSlot slot;
  private Jail jail;

  private BuildPlace(Workshop workshop) {
    this.workshop = workshop;
  }

  /// `name` is safe as part of a file name and was never used in this home before.
  public static BuildPlace open(Workshop workshop, String name, Bytes memory, int cpus)
      throws IOException {
    var place = new BuildPlace(workshop);
    try {
      place.fill(SandboxPaths.named(workshop.home(), name), memory, cpus);
      return place;
    } catch (IOException | RuntimeException e) {
      place.holdings.releaseAll();
      throw e;
    }
  }

  private void fill(SandboxPaths paths, Bytes memory, int cpus) throws IOException {
    slot = workshop.slots().claim(EgressPolicy.CLOSED);
    holdings.add("slot " + slot.index(), slot::release);
    int uid = Launch.FIRST_UID + slot.index();
    List<Ledger.Entry> entries =
        workshop
            .ledger()
            .open(
                List.of(
                    new HostObject.Directory(paths.directory()),
                    new HostObject.Group(paths.group()),
                    new HostObject.Monitor(paths.name(), paths.directory(), 0, 0)));
    hold("folder", entries.get(0), () -> FileTree.remove(paths.directory()));
    hold("control group", entries.get(1), () -> workshop.groups().sweep(paths.group()));
    hold("monitor", entries.get(2), () -> {}); // ended by who started it, or with its group
    makeFolder(paths.directory(), uid);
    Groups.Group group = workshop.groups().create(paths.group(), memory.count(), cpus);
    Fd tap = slot.openTap();
    holdings.add("tap descriptor", tap::close);
    jail =
        new Jail(paths.directory(), slot.namespace(), tap, uid, workshop.sharedGid(), group::place);
  }

  private void makeFolder(Path folder, int uid) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    workshop.owner().give(folder, uid);
  }

  private void hold(String what, Ledger.Entry entry, Holdings.Release removal) {
    holdings.add(
        what,
        () -> {
          removal.run();
          workshop.ledger().close(entry);
        });
  }

  public NetworkSlot slot() {
    return slot;
  }

  public Jail jail() {
    return jail;
  }

  @Override
  public void close() throws IOException {
    List<String> left = holdings.releaseAll();
    if (!left.isEmpty()) throw new IOException("left over: " + String.join("; ", left));
  }
}
