package atoll.doctor.fault;

import atoll.doctor.repair.Patient;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// All faults that can be injected into a real sandbox. They break it: for tests and drills alone.
public final class Faults {
  private static final List<Fault> ALL =
      Stream.of(TapFaults.all(), NamespaceFaults.all(), MonitorFaults.all(), GuestFaults.all())
          .flatMap(List::stream)
          .toList();

  private Faults() {}

  public static List<Fault> all() {
    return ALL;
  }

  /// Those that a sandbox of this monitor, `qemu` or `firecracker`, can have, if it is in no shared
  /// network.
  public static List<Fault> of(String monitor) {
    return ALL.stream()
        .filter(f -> !f.failure().equals(NamespaceFaults.OF_SHARED_NETWORKS))
        .filter(f ->
            monitor.equals("firecracker") || !MonitorFaults.OF_FIRECRACKER.contains(f.failure()))
        .toList();
  }

  public static Optional<Fault> find(String failure) {
    return ALL.stream().filter(f -> f.failure().equals(failure)).findFirst();
  }

  public static void inject(String failure, Patient patient) throws IOException {
    find(failure)
        .orElseThrow(() -> new IOException("no fault is called " + failure))
        .inject()
        .run(patient);
  }
}
