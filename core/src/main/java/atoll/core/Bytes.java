package atoll.core;

/// A size in bytes, never negative.
public record Bytes(long count) implements Comparable<Bytes> {
  public Bytes {
    if (count < 0) throw new IllegalArgumentException("negative size: " + count);
  }

  public static Bytes kib(long n) {
    return new Bytes(Math.multiplyExact(n, 1L << 10));
  }

  public static Bytes mib(long n) {
    return new Bytes(Math.multiplyExact(n, 1L << 20));
  }

  public static Bytes gib(long n) {
    return new Bytes(Math.multiplyExact(n, 1L << 30));
  }

  /// Whole MiB, rounded down.
  public long toMib() {
    return count >> 20;
  }

  @Override
  public int compareTo(Bytes other) {
    return Long.compare(count, other.count);
  }

  @Override
  public String toString() {
    if (count >= 1L << 20 && count % (1L << 20) == 0) return toMib() + " MiB";
    return count + " B";
  }
}
