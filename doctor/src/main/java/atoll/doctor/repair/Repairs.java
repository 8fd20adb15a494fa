package atoll.doctor.repair;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Which causes can be taken away without harm, and how.
public final class Repairs {
  private static final Map<String, Repair> ALL = new HashMap<>();

  static {
    ALL.putAll(NamespaceRepairs.all());
    ALL.putAll(TapRepairs.all());
    ALL.putAll(MonitorRepairs.all());
    ALL.putAll(GuestRepairs.all());
  }

  private Repairs() {}

  public static boolean has(String failure) {
    return ALL.containsKey(failure);
  }

  public static Set<String> ids() {
    return Set.copyOf(ALL.keySet());
  }

  /// Takes the cause away.
  ///
  /// @throws IOException saying what could not be done; the rest of the sandbox is untouched
  public static void run(String failure, Patient patient) throws IOException {
    Repair repair = ALL.get(failure);
    if (repair == null) throw new IOException("nothing can be done safely about " + failure);
    repair.run(patient);
  }
}
