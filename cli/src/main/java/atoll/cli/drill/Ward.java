package atoll.cli.drill;

import atoll.cli.client.ControlClient;
import atoll.core.json.Json;
import atoll.doctor.Doctor;
import atoll.doctor.Verdict;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.fault.Fault;
import atoll.doctor.repair.Patient;
import java.io.IOException;

/// Keeps one healthy sandbox at hand: used again while faults are taken back, replaced when it does
/// not get well.
final class Ward implements AutoCloseable {
  private final ControlClient control;
  private final Doctor doctor;
  private String id;
  private String token;

  Ward(ControlClient control, Doctor doctor) {
    this.control = control;
    this.doctor = doctor;
  }

  /// The id of a healthy one.
  String admit() throws IOException {
    if (id != null) return id;
    Json.Obj made = control.create(Json.object("templateID", "base", "timeout", 6000));
    id = made.text("sandboxID").orElseThrow();
    token = made.text("envdAccessToken").orElse(null);
    return id;
  }

  String token() {
    return token;
  }

  Doctor.Look look(boolean ask) throws IOException {
    return doctor.look(id, token, ask);
  }

  Patient patient(Evidence seen) {
    return new Patient(seen, doctor.examiner().dialer(), token);
  }

  /// Breaks the sandbox at hand.
  void inject(Fault fault) throws IOException {
    fault.inject().run(patient(look(false).evidence()));
  }

  /// Takes faults back, newest first, and lets the sandbox go if that does not make it well.
  void discharge(Evidence healthy, Fault... faults) throws IOException {
    boolean lasting = false;
    for (int i = faults.length - 1; i >= 0; i--) {
      if (faults[i].undoable()) undo(faults[i], healthy);
      else lasting = true;
    }
    if (lasting || look(true).diagnosis().verdict() != Verdict.HEALTHY) dismiss();
  }

  /// A repair may have taken it back before; the look that follows decides.
  private void undo(Fault fault, Evidence healthy) {
    try {
      fault.undo().run(patient(healthy));
    } catch (IOException takenBackAlready) {
      System.getLogger(Ward.class.getName())
          .log(System.Logger.Level.DEBUG, fault.failure(), takenBackAlready);
    }
  }

  void dismiss() throws IOException {
    if (id == null) return;
    String leaving = id;
    id = null;
    control.kill(leaving);
  }

  @Override
  public void close() throws IOException {
    dismiss();
  }
}
