package atoll.template;

import atoll.core.Connection;
import atoll.core.Deadline;
import atoll.vmm.Jail;
import java.io.IOException;

/// A network slot and a jail, lent for one boot of a template.
///
/// - **Owner** the build; [#close] gives slot, directory and cgroup back, and comes after the
///   monitor has ended.
/// - **Threads** the build's own platform thread.
public interface BuildSlot extends AutoCloseable {
  Jail jail();

  /// One attempt to reach a port of the guest, in its namespace. Fails at once, or at the deadline,
  /// if nobody answers.
  Connection connect(int port, Deadline deadline) throws IOException;

  @Override
  void close() throws IOException;
}
