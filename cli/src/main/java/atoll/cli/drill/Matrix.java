package atoll.cli.drill;

import atoll.cli.client.ControlClient;
import atoll.core.Deadline;
import atoll.core.Patience;
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
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

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

  private static final int ASK_EVERY = 6;
  private static final int TREAT_EVERY = 500;

  private final Doctor doctor;
  private final List<Fault> possible;
  private final Wards wards;
  private final Consumer<String> progress;
  private final List<Trial> singles = Collections.synchronizedList(new ArrayList<>());
  private final List<Trial> pairs = Collections.synchronizedList(new ArrayList<>());
  private final Healthy healthy = new Healthy();

  /// @param whole no new trial begins after it; what was done until then counts
  public Matrix(Path home, ControlClient control, Deadline whole, Consumer<String> progress)
      throws IOException {
    this.possible = Faults.of(control.node().text("vmm").orElse(""));
    this.doctor = new Doctor(home, Patience.ofEnvironment());
    this.wards = new Wards(control, doctor, whole, progress);
    this.progress = progress;
  }

  public List<Trial> singles() {
    return List.copyOf(singles);
  }

  public List<Trial> pairs() {
    return List.copyOf(pairs);
  }

  public Healthy healthy() {
    return healthy;
  }

  /// Each fault alone, with its repair; one after the other, so that looks are timed undisturbed.
  ///
  /// @return how many there are
  public int runSingles(boolean all) throws IOException {
    List<Fault> faults = possible.stream().filter(f -> all || SHORT.contains(f.failure())).toList();
    wards.share(1, faults, (ward, fault) -> keep(singles, trial(ward, List.of(fault))));
    return faults.size();
  }

  /// Pairs of faults, drawn from a seed; some more than wanted, for those that cannot be carried
  /// out.
  public void runPairs(int count, long seed, int beside) throws IOException {
    List<List<Fault>> drawn = Pairing.draw(possible, count + count / 5, seed);
    wards.share(
        beside,
        drawn,
        (ward, pair) -> {
          if (pairs().stream().filter(Trial::carriedOut).count() < count)
            keep(pairs, trial(ward, pair));
        });
  }

  private void keep(List<Trial> trials, Trial t) {
    trials.add(t);
    String outcome = t.carriedOut() ? (t.hit() ? "named" : "MISSED, said " + t.named()) : t.note();
    progress.accept(
        String.join(" + ", t.faults())
            + ": "
            + outcome
            + (Boolean.FALSE.equals(t.repaired()) ? ", not repaired" : ""));
  }

  private Trial trial(Ward ward, List<Fault> faults) throws IOException {
    List<String> names = faults.stream().map(Fault::failure).toList();
    ward.admit();
    if (names.stream().anyMatch(Pairing.ALONE::contains)) ward.settle();
    Evidence before = ward.look(false).evidence();
    try {
      for (Fault fault : faults) ward.inject(fault);
    } catch (IOException e) {
      ward.discharge(before, faults);
      return new Trial(names, "", false, 0, null, "not carried out: " + e.getMessage());
    }
    Diagnosis said = ward.look(true).diagnosis();
    String named = said.cause() == null ? "" : said.cause().failure().id();
    Boolean repaired = faults.size() == 1 ? repaired(ward, names.getFirst(), said) : null;
    ward.discharge(before, faults);
    return new Trial(names, named, names.contains(named), said.tookMs(), repaired, "");
  }

  /// Null where nothing safe can be done about the fault.
  private Boolean repaired(Ward ward, String fault, Diagnosis said) throws IOException {
    if (!Repairs.has(fault) || said.verdict() == Verdict.HEALTHY) return null;
    return new Treatment(doctor).run(ward.admit(), ward.token()).after().verdict().exit() == 0;
  }

  /// Looks at healthy sandboxes; whatever is called broken or degraded is a false alarm. Also lets
  /// the repairs loose on them, which must change nothing.
  public void runHealthy(int looks, int beside) throws IOException {
    List<Integer> all = IntStream.range(0, looks).boxed().toList();
    wards.share(
        beside,
        all,
        (ward, i) -> {
          ward.admit();
          var look = ward.look(i % ASK_EVERY == 0);
          healthy.add(i % ASK_EVERY == 0, look);
          if (i % TREAT_EVERY == 0) treat(ward, i, looks);
        });
  }

  private void treat(Ward ward, int look, int looks) throws IOException {
    healthy.treated(new Treatment(doctor).run(ward.admit(), ward.token()));
    progress.accept(
        "healthy: look "
            + look
            + " of "
            + looks
            + ", "
            + healthy.alarms().size()
            + " false alarms");
  }

  @Override
  public void close() {
    doctor.close();
  }
}
