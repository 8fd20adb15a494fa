package atoll.linux.process;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The system calls that a child makes between its birth and its program, in order; after it, how
/// each of them ended. For one thread and one child.
final class ChildSteps {
  /// Longs in a row: number, six arguments, flags, result.
  private static final int WIDTH = 9;

  static final long ROW_BYTES = WIDTH * Long.BYTES;

  private static final int FLAGS = 7;
  private static final long MAY_FAIL = 1;
  private static final long GUARDS_NEXT = 2;
  private static final int RESULT = 8;
  private static final long NOT_REACHED = Long.MIN_VALUE;

  private final List<String> names = new ArrayList<>();
  private long[] cells = new long[40 * WIDTH];
  private MemorySegment table;

  /// One that must succeed: else the child ends there.
  void must(String name, long number, long... arguments) {
    add(name, 0, number, arguments);
  }

  /// One that may fail.
  void may(String name, long number, long... arguments) {
    add(name, MAY_FAIL, number, arguments);
  }

  /// One that may fail; the step after it is then left out.
  void unless(String name, long number, long... arguments) {
    add(name, MAY_FAIL | GUARDS_NEXT, number, arguments);
  }

  private void add(String name, long flags, long number, long... arguments) {
    int at = size() * WIDTH;
    if (at + WIDTH >= cells.length) cells = Arrays.copyOf(cells, 2 * cells.length);
    cells[at] = number;
    System.arraycopy(arguments, 0, cells, at + 1, arguments.length);
    cells[at + FLAGS] = flags;
    cells[at + RESULT] = NOT_REACHED;
    names.add(name);
  }

  /// A copy that the child can work with.
  MemorySegment table(SegmentAllocator memory) {
    int count = size() * WIDTH + 1;
    cells[count - 1] = -1;
    table = memory.allocate(ValueLayout.JAVA_LONG, count);
    MemorySegment.copy(cells, 0, table, ValueLayout.JAVA_LONG, 0, count);
    return table;
  }

  /// Takes over how the calls ended, from the copy.
  void ended() {
    MemorySegment.copy(table, ValueLayout.JAVA_LONG, 0, cells, 0, size() * WIDTH);
  }

  int size() {
    return names.size();
  }

  String name(int row) {
    return names.get(row);
  }

  /// The step's error number; 0 if it succeeded or was not reached.
  int error(int row) {
    long result = cells[row * WIDTH + RESULT];
    return result >= 0 || result == NOT_REACHED ? 0 : (int) -result;
  }

  boolean reached(int row) {
    return cells[row * WIDTH + RESULT] != NOT_REACHED;
  }

  /// Whether the step before it kept it from being made.
  boolean leftOut(int row) {
    return row > 0 && (flags(row - 1) & GUARDS_NEXT) != 0 && error(row - 1) != 0;
  }

  boolean mustSucceed(int row) {
    return (flags(row) & MAY_FAIL) == 0;
  }

  private long flags(int row) {
    return cells[row * WIDTH + FLAGS];
  }
}
