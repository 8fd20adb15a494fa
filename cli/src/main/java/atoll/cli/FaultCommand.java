package atoll.cli;

import atoll.cli.report.CommandFailure;
import atoll.cli.report.Exit;
import atoll.core.Patience;
import atoll.core.json.Json;
import atoll.doctor.Doctor;
import atoll.doctor.catalogue.Catalogue;
import atoll.doctor.fault.Fault;
import atoll.doctor.fault.Faults;
import atoll.doctor.repair.Patient;
import java.util.List;

/// `fault inject`, `fault undo`, `fault list`: breaks a sandbox for drills; off unless enabled.
final class FaultCommand implements Command {
  private static final String SWITCH = "ATOLL_FAULTS";
  private final String verb;

  FaultCommand(String verb) {
    this.verb = verb;
  }

  @Override
  public Syntax syntax() {
    return switch (verb) {
      case "list" -> Syntax.of("fault list", "List the faults that can be injected.");
      case "undo" ->
          operands(Syntax.of("fault undo", "Take an injected fault back, where that is possible."));
      default ->
          operands(
              Syntax.of("fault inject", "Break a sandbox for a drill (needs " + SWITCH + "=on)."));
    };
  }

  private static Syntax operands(Syntax syntax) {
    return syntax.operands("NAME", 1, 1).option("--sandbox", "SANDBOX", "Which one.");
  }

  @Override
  public int run(Call call) throws Exception {
    if (verb.equals("list")) return list(call);
    requireEnabled();
    String name = call.operand(0);
    Fault fault =
        Faults.find(name)
            .orElseThrow(
                () -> CommandFailure.usage("no fault is called " + name, "see `atoll fault list`"));
    String id = call.text("--sandbox");
    if (id == null) throw CommandFailure.usage("which sandbox?", "--sandbox ID");
    apply(call, fault, id);
    call.print(
        Json.object("sandboxId", id, "fault", name, "done", verb), verb + " " + name + ": done");
    return Exit.OK;
  }

  static void requireEnabled() {
    if ("on".equals(System.getenv(SWITCH))) return;
    throw CommandFailure.failed(
        "faults_off",
        "faults are off: they break sandboxes on purpose",
        "set "
            + SWITCH
            + "=on in the environment of this command, on a machine where that is wanted");
  }

  private void apply(Call call, Fault fault, String id) throws Exception {
    try (var doctor = new Doctor(call.home().root(), Patience.ofEnvironment())) {
      var look = doctor.look(id, null, false);
      if (look.evidence() == null)
        throw CommandFailure.failed(
            "sandbox_not_found", "no sandbox " + id, "see `atoll doctor --all`");
      var patient =
          new Patient(look.evidence(), doctor.examiner(), Sight.of(call.home(), id).token());
      if (verb.equals("inject")) fault.inject().run(patient);
      else if (fault.undoable()) fault.undo().run(patient);
      else
        throw CommandFailure.failed(
            "fault_lasting", fault.failure() + " cannot be taken back", "atoll sandbox kill " + id);
    }
  }

  private static int list(Call call) {
    List<Json.Obj> all =
        Faults.all().stream()
            .map(f ->
                Json.object("name", f.failure(), "undoable", f.undoable(), "symptom", symptom(f)))
            .toList();
    var text = new StringBuilder();
    Faults.all()
        .forEach(
            f -> text.append(String.format("%-30s", f.failure())).append(symptom(f)).append('\n'));
    call.print(Json.of(all), text.toString());
    return Exit.OK;
  }

  private static String symptom(Fault fault) {
    return Catalogue.find(fault.failure()).orElseThrow().symptom();
  }
}
