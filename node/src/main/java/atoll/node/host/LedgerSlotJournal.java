package atoll.node.host;

import atoll.node.ledger.HostObject;
import atoll.node.ledger.Ledger;
import atoll.node.network.SlotJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The pool's namespaces as entries of the ledger.
public final class LedgerSlotJournal implements SlotJournal {
  private final Ledger ledger;
  private final Map<Integer, Ledger.Entry> entries = new ConcurrentHashMap<>();

  public LedgerSlotJournal(Ledger ledger) {
    this.ledger = ledger;
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
