package atoll.cli;

import atoll.core.Patience;
import atoll.core.json.Json;
import atoll.doctor.BridgeCheckup;
import atoll.doctor.Diagnosis;
import atoll.doctor.Doctor;
import atoll.doctor.Hop;
import atoll.doctor.HostCheckup;
import atoll.doctor.Treatment;
import atoll.doctor.Verdict;
import atoll.doctor.report.Drawing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `doctor`: why a sandbox cannot be reached, or whether the host can run any.
///
/// Runs here and not in the node: it reads kernel and journal, so it works when the node does not.
final class DoctorCommand implements Command {
  @Override
  public Syntax syntax() {
    return Syntax.of("doctor", "Say why a sandbox cannot be reached; without one, check the host.")
        .operands("[SANDBOX]", 0, 1)
        .flag("--all", "Look at every sandbox.")
        .flag("--fix", "Repair what can be repaired safely, and look again.")
        .flag("--passive", "Read kernel and journal alone; send the guest nothing.")
        .flag("-v --verbose", "Show the evidence of every hop.")
        .flag("--diff", "Show what differs from the last healthy sandbox of this home.")
        .option("--bundle", "FILE", "Write a redacted archive of all that was seen (.zip).")
        .option("--bridge", "NAME", "Check a bridge that guests share; with --fix, pin it.")
        .option("--netns", "PATH", "Where that bridge is. Default: here.")
        .example("atoll doctor SANDBOX --fix");
  }

  @Override
  public int run(Call call) throws Exception {
    if (call.text("--bridge") != null) return bridge(call);
    if (call.operands().isEmpty() && !call.flag("--all")) return host(call);
    try (var doctor = new Doctor(call.home().root(), Patience.ofEnvironment())) {
      return call.flag("--all") ? all(call, doctor) : one(call, doctor, call.operand(0));
    }
  }

  private static int host(Call call) {
    var report = HostCheckup.of(call.home().root());
    var text = new StringBuilder();
    for (var check : report.checks()) {
      text.append(
              check.state() == Hop.State.OK
                  ? "✓ "
                  : check.state() == Hop.State.BROKEN ? "✗ " : "? ")
          .append(check.name())
          .append(": ")
          .append(check.evidence())
          .append('\n');
      if (!check.remedy().isEmpty())
        text.append("    remedy: ").append(check.remedy()).append('\n');
    }
    call.print(report.json(), text.toString());
    return report.verdict().exit();
  }

  private static int bridge(Call call) throws Exception {
    Path where = call.text("--netns") == null ? null : Path.of(call.text("--netns"));
    var checkup = new BridgeCheckup(where, call.text("--bridge"));
    if (call.flag("--fix")) checkup.repair();
    var problems = checkup.problems();
    var text = new StringBuilder(problems.isEmpty() ? "nothing is wrong with it\n" : "");
    for (var p : problems)
      text.append(p.id())
          .append(": ")
          .append(p.why())
          .append("\n  evidence: ")
          .append(p.evidence())
          .append("\n  remedy:   ")
          .append(p.remedy())
          .append('\n');
    var verdict = problems.isEmpty() ? Verdict.HEALTHY : Verdict.DEGRADED;
    call.print(
        Json.object(
            "bridge",
            call.text("--bridge"),
            "verdict",
            verdict.word(),
            "problems",
            BridgeCheckup.json(problems)),
        text.toString());
    return verdict.exit();
  }

  private static int one(Call call, Doctor doctor, String id) throws Exception {
    var seen = Sight.of(call.home(), id);
    var look = doctor.look(id, seen.token(), !call.flag("--passive"));
    var diagnosis = look.diagnosis();
    Json.Obj json = diagnosis.json();
    var text = new StringBuilder(drawing(call).of(diagnosis, call.flag("-v")));
    if (call.flag("--diff")) json = Extras.difference(call.home(), look, json, text);
    if (call.flag("--fix")) {
      var outcome = new Treatment(doctor).run(id, seen.token());
      diagnosis = outcome.after();
      json =
          with(
              diagnosis.json(),
              "fixed",
              Json.of(outcome.done()),
              "notFixed",
              Json.of(outcome.failed()));
      outcome.done().forEach(d -> text.append("fixed:    ").append(d).append('\n'));
      outcome.failed().forEach(f -> text.append("not fixed: ").append(f).append('\n'));
      text.append(drawing(call).of(diagnosis, false));
    }
    Extras.remember(call.home(), look);
    if (call.text("--bundle") != null)
      text.append("bundle:   ")
          .append(Extras.bundle(call.home(), Path.of(call.text("--bundle")), look, seen))
          .append('\n');
    call.print(json, text.toString());
    return diagnosis.verdict().exit();
  }

  private static int all(Call call, Doctor doctor) throws Exception {
    var found = new ArrayList<Diagnosis>();
    for (String id : doctor.sandboxes()) {
      var seen = Sight.of(call.home(), id);
      found.add(
          call.flag("--fix")
              ? new Treatment(doctor).run(id, seen.token()).after()
              : doctor.look(id, seen.token(), !call.flag("--passive")).diagnosis());
    }
    var text = new StringBuilder();
    for (var diagnosis : found)
      text.append(drawing(call).of(diagnosis, call.flag("-v"))).append('\n');
    if (found.isEmpty()) text.append("no sandboxes\n");
    call.print(Json.of(found.stream().map(Diagnosis::json).toList()), text.toString());
    return worst(found);
  }

  /// The exit status of the worst: broken or degraded before unknown.
  private static int worst(List<Diagnosis> found) {
    var exits = found.stream().map(d -> d.verdict().exit()).toList();
    if (exits.contains(Verdict.BROKEN.exit())) return Verdict.BROKEN.exit();
    return exits.contains(Verdict.UNKNOWN.exit()) ? Verdict.UNKNOWN.exit() : Verdict.HEALTHY.exit();
  }

  private static Json.Obj with(Json.Obj base, Object... more) {
    var members = new java.util.LinkedHashMap<String, Json>(base.members());
    Json.object(more).members().forEach(members::put);
    return new Json.Obj(members);
  }

  private static Drawing drawing(Call call) {
    boolean colour = System.getenv("NO_COLOR") == null && System.console() != null && !call.json();
    return new Drawing(colour && System.console().isTerminal());
  }
}
