package atoll.cli.drill;

import atoll.cli.client.ControlClient;
import atoll.core.Deadline;
import atoll.doctor.Diagnosis;
import atoll.doctor.Doctor;
import atoll.doctor.Treatment;
import atoll.doctor.Verdict;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.fault.Fault;
import atoll.doctor.fault.Faults;
import atoll.doctor.repair.Repairs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/// Breaks real sandboxes on purpose and holds the doctor's words against what was broken.
public final class Matrix implements AutoCloseable {
  /// These are in the short run: one of each kind, all taken back without a new sandbox.
  private static final List<String> SHORT =
      List.of(
          "tap.down",
          "tap.wrong_mac",
          "tap.moved",
          "namespace.firewall",
          "namespace.route_missing",
          "namespace.neighbour_poisoned",
          "namespace.anchor_plain",
          "vmm.stopped",
          "vmm.frozen",
          "vmm.throttled",
          "guest.cgroup2_missing",
          "guest.no_route");

  /// A fault that hides all others of its sandbox, that ends it, that frees its slot's name for
  /// other nodes of this host, or that is in a template and so in every sandbox: not part of a
  /// pair.
  private static final Set<String> ALONE =
      Set.of(
          "namespace.anchor_missing",
          "vmm.base_missing",
          "vmm.base_changed",
          "vmm.exited",
          "vmm.disk_lost",
          "guest.stopped",
          "namespace.recreated",
          "vmm.folder_missing");

  private final Doctor doctor;
  private final Ward ward;
  private final Deadline whole;
  private final Consumer<String> progress;
  private final List<Trial> singles = new ArrayList<>();
  private final List<Trial> pairs = new ArrayList<>();
  private final Healthy healthy = new Healthy();

  /// @param whole no new trial begins after it; what was done until then counts
  public Matrix(Path home, ControlClient control, Deadline whole, Consumer<String> progress) {
    this.whole = whole;
    this.doctor = new Doctor(home);
    this.ward = new Ward(control, doctor);
    this.progress = progress;
  }

  public List<Trial> singles() {
    return singles;
  }

  public List<Trial> pairs() {
    return pairs;
  }

  public Healthy healthy() {
    return healthy;
  }

  /// Each fault alone, with its repair.
  public void runSingles(boolean all) throws IOException {
    for (Fault fault : Faults.all()) {
      if (whole.expired() || (!all && !SHORT.contains(fault.failure()))) continue;
      Trial trial = trial(fault);
      singles.add(trial);
      tell(trial);
    }
  }

  /// Pairs of faults, drawn from a seed.
  public void runPairs(int count, long seed) throws IOException {
    var random = new Random(seed);
    var drawn = new LinkedHashSet<List<String>>();
    List<Fault> pool = Faults.all().stream().filter(f -> !ALONE.contains(f.failure())).toList();
    for (int tries = 0;
        pairs.stream().filter(Trial::carriedOut).count() < count
            && tries < count * 4
            && !whole.expired();
        tries++) {
      Fault a = pool.get(random.nextInt(pool.size()));
      Fault b = pool.get(random.nextInt(pool.size()));
      if (a == b || !drawn.add(List.of(a.failure(), b.failure()))) continue;
      // What is done through the agent comes first: afterwards it may be out of reach.
      boolean guestLast = inside(b) && !inside(a);
      Trial trial = guestLast ? trial(b, a) : trial(a, b);
      pairs.add(trial);
      tell(trial);
    }
  }

  private static boolean inside(Fault fault) {
    return fault.failure().startsWith("guest.") || fault.failure().startsWith("agent.");
  }

  private void tell(Trial t) {
    String outcome = t.carriedOut() ? (t.hit() ? "named" : "MISSED, said " + t.named()) : t.note();
    progress.accept(
        String.join(" + ", t.faults())
            + ": "
            + outcome
            + (Boolean.FALSE.equals(t.repaired()) ? ", not repaired" : ""));
  }

  private Trial trial(Fault... faults) throws IOException {
    List<String> names = List.of(faults).stream().map(Fault::failure).toList();
    ward.admit();
    Evidence before = ward.look(false).evidence();
    try {
      for (Fault fault : faults) ward.inject(fault);
    } catch (IOException e) {
      ward.discharge(before, faults);
      return new Trial(names, "", false, 0, null, "not carried out: " + e.getMessage());
    }
    Diagnosis said = ward.look(true).diagnosis();
    String named = said.cause() == null ? "" : said.cause().failure().id();
    Boolean repaired = faults.length == 1 ? repaired(names.getFirst(), said) : null;
    ward.discharge(before, faults);
    return new Trial(names, named, names.contains(named), said.tookMs(), repaired, "");
  }

  /// Null where nothing safe can be done about the fault.
  private Boolean repaired(String fault, Diagnosis said) throws IOException {
    if (!Repairs.has(fault) || said.verdict() == Verdict.HEALTHY) return null;
    return new Treatment(doctor).run(ward.admit(), ward.token()).after().verdict()
        == Verdict.HEALTHY;
  }

  /// Looks at healthy sandboxes; whatever is not called healthy is a false alarm. Also lets the
  /// repairs loose on them, which must change nothing.
  public void runHealthy(int looks) throws IOException {
    if (looks == 0) return;
    ward.dismiss();
    ward.admit();
    for (int i = 0; i < looks && !whole.expired(); i++) {
      boolean ask = i % 6 == 0;
      var look = ward.look(ask);
      healthy.add(ask, look.diagnosis());
      if (i % 500 == 0) {
        progress.accept(
            "healthy: look "
                + i
                + " of "
                + looks
                + ", "
                + healthy.alarms().size()
                + " false alarms");
        healthy.treated(new Treatment(doctor).run(ward.admit(), ward.token()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    ward.close();
    doctor.close();
  }
}
