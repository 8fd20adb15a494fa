package atoll.doctor.repair;

import java.io.IOException;

/// One safe step that takes a cause away. May be repeated; touches nothing but what its cause
/// names.
@FunctionalInterface
interface Repair {
  void run(Patient patient) throws IOException;
}
