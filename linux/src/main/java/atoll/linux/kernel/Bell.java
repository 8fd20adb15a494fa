package atoll.linux.kernel;

/// Wakes a thread that polls. Source: eventfd(2).
///
/// - **Owner** the polling thread, which closes it.
/// - **Threads** anyone rings, also after the close: then nothing happens, and no descriptor that
///   has the same number by now is touched.
public final class Bell implements AutoCloseable {
  private static final byte[] ONE = {1, 0, 0, 0, 0, 0, 0, 0};

  private Fd counter;

  private Bell(Fd counter) {
    this.counter = counter;
  }

  public static Bell open() throws KernelException {
    return new Bell(FdIo.eventfd());
  }

  /// Readable from a ring on, until [#silence()].
  public int number() {
    return counter.number();
  }

  public synchronized void ring() {
    if (counter == null) return;
    try {
      FdIo.write(counter, ONE);
    } catch (KernelException e) {
      throw new IllegalStateException("an eventfd takes a one", e);
    }
  }

  /// Takes the rings so far; to be called once one was seen.
  public void silence() throws KernelException {
    FdIo.read(counter, new byte[ONE.length]);
  }

  @Override
  public synchronized void close() {
    if (counter != null) counter.close();
    counter = null;
  }
}
