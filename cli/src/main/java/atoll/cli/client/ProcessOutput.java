package atoll.cli.client;

/// Receives what a program in a guest writes, piece by piece, in order.
public interface ProcessOutput {
  void stdout(byte[] bytes);

  void stderr(byte[] bytes);

  /// The program runs under this number in the guest.
  default void started(long pid) {}
}
