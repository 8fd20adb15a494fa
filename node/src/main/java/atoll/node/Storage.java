package atoll.node;

import atoll.linux.kernel.Procfs;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Sweeper;
import atoll.vmm.RawDisks;
import atoll.vmm.qemu.StorageDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The one storage daemon of a node, in the ledger like a monitor: its arguments show name and
/// folder too.
///
/// A daemon that an earlier node process left is taken over, since sandboxes that outlived that
/// process have their disks by it; one that does not answer is removed, and its sandboxes with it.
final class Storage implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Storage.class.getName());

  private final Ledger ledger;
  private final Path folder;
  private Ledger.Entry entry;
  private StorageDaemon daemon;

  private Storage(Ledger ledger, Path folder) {
    this.ledger = ledger;
    this.folder = folder;
  }

  static Storage open(Path home, Ledger ledger, Sweeper sweeper) throws IOException {
    var storage = new Storage(ledger, home.resolve("storage"));
    Files.createDirectories(storage.folder);
    Files.setPosixFilePermissions(storage.folder, PosixFilePermissions.fromString("rwx------"));
    for (Ledger.Entry earlier : ledger.left())
      if (storage.owns(earlier)) storage.takeOver(earlier, sweeper);
    if (storage.daemon == null) storage.start();
    return storage;
  }

  /// Whether an entry is the storage's, whoever made it.
  boolean owns(Ledger.Entry other) {
    return other.object() instanceof HostObject.Monitor m
        && m.name().equals(StorageDaemon.NAME)
        && m.jail().equals(folder);
  }

  List<Ledger.Entry> without(List<Ledger.Entry> entries) {
    return entries.stream().filter(other -> !owns(other)).toList();
  }

  private void takeOver(Ledger.Entry earlier, Sweeper sweeper) throws IOException {
    var process = (HostObject.Monitor) earlier.object();
    try {
      if (daemon == null) {
        daemon = StorageDaemon.adopt(folder, process.pid(), process.startTicks());
        entry = earlier;
        return;
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.INFO, "the earlier storage daemon is not used: {0}", e.getMessage());
    }
    sweeper.monitor(process);
    ledger.close(earlier);
  }

  private void start() throws IOException {
    entry = ledger.open(new HostObject.Monitor(StorageDaemon.NAME, folder, 0, 0));
    try {
      daemon = StorageDaemon.start(folder);
      ledger.amend(
          entry,
          new HostObject.Monitor(
              StorageDaemon.NAME, folder, daemon.pid(), Procfs.startTime(daemon.pid())));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  RawDisks disks() {
    return daemon;
  }

  /// Leaves the daemon and its entry to a later process.
  void leave() {
    daemon.leave();
    entry = null;
  }

  @Override
  public void close() {
    if (daemon != null) daemon.close();
    if (entry != null) ledger.close(entry);
    entry = null;
  }
}
