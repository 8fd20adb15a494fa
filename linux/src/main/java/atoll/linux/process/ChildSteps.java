package atoll.linux.process;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// The system calls that a child makes between its birth and its program, in order; after it, how
/// each of them ended. For one thread and one child.
final class ChildSteps {
  /// Longs in a row: number, six arguments, flags, result.
  private static final int WIDTH = 9;

  private static final int FLAGS = 7;
  private static final long MAY_FAIL = 1;
  private static final long GUARDS_NEXT = 2;
  private static final int RESULT = 8;
  private static final long NOT_REACHED = Long.MIN_VALUE;

  private final List<String> names = new ArrayList<>();
  private final List<long[]> rows = new ArrayList<>();
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
    long[] row = new long[WIDTH];
    row[0] = number;
    System.arraycopy(arguments, 0, row, 1, arguments.length);
    row[FLAGS] = flags;
    row[RESULT] = NOT_REACHED;
    names.add(name);
    rows.add(row);
  }

  MemorySegment table(Arena arena) {
    table = arena.allocate(ValueLayout.JAVA_LONG, (rows.size() + 1L) * WIDTH);
    long at = 0;
    for (long[] row : rows)
      for (long value : row) table.setAtIndex(ValueLayout.JAVA_LONG, at++, value);
    table.setAtIndex(ValueLayout.JAVA_LONG, at, -1);
    return table;
  }

  int size() {
    return rows.size();
  }

  String name(int row) {
    return names.get(row);
  }

  /// The step's error number; 0 if it succeeded or was not reached.
  int error(int row) {
    long result = table.getAtIndex(ValueLayout.JAVA_LONG, (long) row * WIDTH + RESULT);
    return result >= 0 || result == NOT_REACHED ? 0 : (int) -result;
  }

  boolean reached(int row) {
    return table.getAtIndex(ValueLayout.JAVA_LONG, (long) row * WIDTH + RESULT) != NOT_REACHED;
  }

  /// Whether the step before it kept it from being made.
  boolean leftOut(int row) {
    return row > 0 && (rows.get(row - 1)[FLAGS] & GUARDS_NEXT) != 0 && error(row - 1) != 0;
  }

  boolean mustSucceed(int row) {
    return (rows.get(row)[FLAGS] & MAY_FAIL) == 0;
  }
}
