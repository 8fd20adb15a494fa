package atoll.doctor.fault;

import atoll.doctor.repair.Patient;
import java.io.IOException;

/// A way to really break a sandbox, named after the failure that it brings about.
///
/// @param failure the id that the doctor should name
/// @param undo null where only an end of the sandbox takes it back
public record Fault(String failure, Step inject, Step undo) {
  /// Part of a fault; runs on the host.
  @FunctionalInterface
  public interface Step {
    void run(Patient patient) throws IOException;
  }

  static Fault lasting(String failure, Step inject) {
    return new Fault(failure, inject, null);
  }

  /// Whether the sandbox can be used again afterwards.
  public boolean undoable() {
    return undo != null;
  }
}
