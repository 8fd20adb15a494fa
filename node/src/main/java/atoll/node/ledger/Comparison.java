package atoll.node.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Where a ledger and its host differ.
///
/// @param entries how many objects the ledger holds
/// @param missing in the ledger and not on the host
/// @param strays on the host with this home's marks, and not in the ledger
public record Comparison(int entries, List<Ledger.Entry> missing, List<HostObject> strays) {
  /// Reads a ledger that may be written meanwhile.
  @FunctionalInterface
  public interface Reading {
    List<Ledger.Entry> read() throws IOException;
  }

  /// The ledger is read before and after the host: since objects are journaled before they are made
  /// and struck after they are gone, whatever comes or goes meanwhile is in one of the readings. An
  /// object that is journaled and about to be made is told as missing; look again later.
  public static Comparison of(Reading ledger, Inventory host) throws IOException {
    List<Ledger.Entry> before = ledger.read();
    List<HostObject> found = host.found();
    var absent = new ArrayList<Ledger.Entry>();
    for (Ledger.Entry entry : before) if (!host.has(entry.object())) absent.add(entry);
    List<Ledger.Entry> after = ledger.read();
    absent.retainAll(after);
    var known = new HashSet<Object>();
    before.forEach(entry -> known.add(mark(entry.object())));
    after.forEach(entry -> known.add(mark(entry.object())));
    return new Comparison(after.size(), List.copyOf(absent), strays(found, known, host));
  }

  private static List<HostObject> strays(List<HostObject> found, Set<Object> known, Inventory host)
      throws IOException {
    var strays = new ArrayList<HostObject>();
    for (HostObject object : found)
      if (!known.contains(mark(object)) && host.has(object)) strays.add(object);
    return List.copyOf(strays);
  }

  /// What makes two descriptions the same thing: a monitor's pid may not be journaled yet.
  private static Object mark(HostObject object) {
    return object instanceof HostObject.Monitor monitor ? monitor.jail() : object;
  }

  public boolean consistent() {
    return missing.isEmpty() && strays.isEmpty();
  }
}
