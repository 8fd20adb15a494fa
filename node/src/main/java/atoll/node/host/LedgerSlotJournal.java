package atoll.node.host;

import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.network.SlotJournal;
import atoll.node.network.SlotPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The pool's namespaces as entries of the ledger.
public final class LedgerSlotJournal implements SlotJournal {
  private final Ledger ledger;
  private final Map<Integer, Ledger.Entry> entries = new ConcurrentHashMap<>();

  /// Knows the namespaces of an earlier process too, for slots that are adopted.
  public LedgerSlotJournal(Ledger ledger) {
    this.ledger = ledger;
    for (Ledger.Entry entry : ledger.entries())
      if (entry.object() instanceof HostObject.Namespace namespace)
        SlotPool.index(namespace.anchor()).ifPresent(index -> entries.put(index, entry));
  }

  @Override
  public void begun(int index, Path anchor) throws IOException {
    entries.put(index, ledger.open(new HostObject.Namespace(anchor)));
  }

  @Override
  public void ended(int index) {
    Ledger.Entry entry = entries.remove(index);
    if (entry != null) ledger.close(entry);
  }
}
