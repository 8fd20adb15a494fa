package atoll.node.ledger;

import java.io.IOException;
import java.util.List;

/// What the host really has, to be compared with a ledger. Reads only.
public interface Inventory {
  /// Whether this very object is there.
  boolean has(HostObject object) throws IOException;

  /// Everything on the host that bears this home's marks.
  List<HostObject> found() throws IOException;
}
