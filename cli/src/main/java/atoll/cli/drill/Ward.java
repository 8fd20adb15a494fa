package atoll.cli.drill;

import atoll.cli.client.ControlClient;
import atoll.core.json.Json;
import atoll.doctor.Doctor;
import atoll.doctor.evidence.Evidence;
import atoll.doctor.fault.Fault;
import atoll.doctor.repair.Patient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Keeps one healthy sandbox at hand: used again while faults are taken back, replaced when it does
/// not get well. The one after it is made meanwhile.
final class Ward implements AutoCloseable {
  private final ControlClient control;
  private final Doctor doctor;
  private CompletableFuture<Json.Obj> next;
  private String id;
  private String token;

  Ward(ControlClient control, Doctor doctor) {
    this.control = control;
    this.doctor = doctor;
  }

  /// The id of a healthy one.
  String admit() throws IOException {
    if (id != null) return id;
    Json.Obj made = next == null ? create() : spare();
    id = made.text("sandboxID").orElseThrow();
    token = made.text("envdAccessToken").orElse(null);
    next = CompletableFuture.supplyAsync(this::createUnchecked, Ward::background);
    return id;
  }

  /// Returns when no sandbox is being made for this ward, so that nothing but the one at hand meets
  /// what is done to all of them.
  void settle() {
    if (next == null) return;
    try {
      next = CompletableFuture.completedFuture(spare());
    } catch (IOException noneIsBeingMadeAnyMore) {
      next = null;
    }
  }

  private Json.Obj create() throws IOException {
    return control.create(Json.object("templateID", "base", "timeout", 6000));
  }

  private Json.Obj createUnchecked() {
    try {
      return create();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Json.Obj spare() throws IOException {
    try {
      return next.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      next = null;
      throw new IOException("no sandbox could be made: " + e.getCause().getMessage(), e);
    }
  }

  private static void background(Runnable work) {
    Thread.ofPlatform().daemon().name("ward-spare").start(work);
  }

  String token() {
    return token;
  }

  Doctor.Look look(boolean ask) throws IOException {
    return doctor.look(id, token, ask);
  }

  Patient patient(Evidence seen) {
    return new Patient(seen, doctor.examiner(), token);
  }

  /// Breaks the sandbox at hand.
  void inject(Fault fault) throws IOException {
    fault.inject().run(patient(look(false).evidence()));
  }

  /// Takes faults back, newest first, and lets the sandbox go if that does not make it well.
  void discharge(Evidence healthy, List<Fault> faults) throws IOException {
    boolean lasting = false;
    for (Fault fault : faults.reversed()) {
      if (fault.undoable()) undo(fault, healthy);
      else lasting = true;
    }
    if (lasting || look(true).diagnosis().verdict().exit() != 0) dismiss();
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

  /// Lets the sandbox at hand go, whatever becomes of it: it lives no longer than its lifetime.
  void forget() {
    try {
      dismiss();
    } catch (IOException e) {
      System.getLogger(Ward.class.getName()).log(System.Logger.Level.WARNING, "dismiss", e);
    }
  }

  @Override
  public void close() {
    forget();
    if (next == null) return;
    try {
      id = spare().text("sandboxID").orElseThrow();
      next = null;
    } catch (IOException neverMade) {
      return;
    }
    forget();
  }
}
