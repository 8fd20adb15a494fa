package atoll.core;

/// Receives how far a long piece of work has come. Called from any thread; must not block.
public interface Progress {
  /// A step began or moved on. `fraction` is 0 to 1, or negative where it cannot be known.
  void step(String name, String text, double fraction);

  /// A step ended; `millis` is its wall time.
  void done(String name, long millis);

  /// Discards everything.
  Progress NONE =
      new Progress() {
        @Override
        public void step(String name, String text, double fraction) {}

        @Override
        public void done(String name, long millis) {}
      };
}
