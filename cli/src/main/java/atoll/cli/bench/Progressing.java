package atoll.cli.bench;

/// Hears how far a benchmark has come.
public interface Progressing {
  void step(String name, int round, int rounds);

  void note(String text);
}
