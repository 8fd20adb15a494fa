package atoll.node;

import atoll.core.Deadline;
import atoll.linux.kernel.Procfs;
import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.ledger.Sweeper;
import atoll.vmm.RawDisks;
import atoll.vmm.VmmException;
import atoll.vmm.qemu.StorageDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// The one storage daemon of a node, in the ledger like a monitor: its arguments show name and
/// folder too.
///
/// One that dies takes the sandboxes along whose disks it showed; the next disk that is asked for
/// has a new daemon.
///
/// A daemon that an earlier node process left is taken over, since sandboxes that outlived that
/// process have their disks by it; one that does not answer is removed, and its sandboxes with it.
final class Storage implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Storage.class.getName());

  private final Ledger ledger;
  private final Path folder;
  private Ledger.Entry entry; // LOCK: this
  private StorageDaemon daemon; // LOCK: this
  private boolean over; // LOCK: this

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
      end();
      throw e;
    }
  }

  /// The daemon that shows disks now, or the successor of one that died.
  private synchronized StorageDaemon living() throws IOException {
    if (over) throw new VmmException("the storage of this node is closed");
    if (daemon != null && daemon.alive()) return daemon;
    LOG.log(System.Logger.Level.WARNING, "the storage daemon is gone: starting another one");
    end();
    start();
    return daemon;
  }

  RawDisks disks() {
    return new Disks();
  }

  private final class Disks implements RawDisks {
    @Override
    public RawDisk export(Path overlay, Path mountPoint, int uid, Deadline deadline)
        throws IOException {
      return living().export(overlay, mountPoint, uid, deadline);
    }

    @Override
    public RawDisk adopt(Path mountPoint, Deadline deadline) throws IOException {
      return living().adopt(mountPoint, deadline);
    }
  }

  long pid() throws IOException {
    return living().pid();
  }

  /// Leaves the daemon and its entry to a later process.
  synchronized void leave() {
    over = true;
    if (daemon != null) daemon.leave();
    entry = null;
  }

  @Override
  public synchronized void close() {
    over = true;
    end();
  }

  private void end() {
    if (daemon != null) daemon.close();
    if (entry != null) ledger.close(entry);
    daemon = null;
    entry = null;
  }
}
