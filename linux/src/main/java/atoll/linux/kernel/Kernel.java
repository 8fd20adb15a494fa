package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The seam to the C library: links functions and turns a negative result into a [KernelException]
/// with its errno.
///
/// Each binding class keeps its handles in lazy holders, since linking one costs about 3 ms in a
/// guest. Every call gets its own errno cell from a confined arena; nothing is shared between
/// threads.
///
/// ```java
/// private static final class Close {
///   static final MethodHandle HANDLE = Kernel.link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
/// }
/// // SAFETY: takes no memory. See close(2).
/// Kernel.call("close " + fd, errno -> (int) Close.HANDLE.invokeExact(errno, fd));
/// ```
public final class Kernel {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final MemoryLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /// For one call after another. Threads of the kernel keep a cell of their own; virtual threads
  /// are too many for that.
  private static final ThreadLocal<MemorySegment> CELL =
      ThreadLocal.withInitial(() -> errnoCell(Arena.ofAuto()));

  private Kernel() {}

  /// A downcall; its first argument is where errno is captured.
  @FunctionalInterface
  public interface Downcall {
    long invoke(MemorySegment errno) throws Throwable;
  }

  /// Links a C function; the handle's first parameter is the errno cell.
  public static MethodHandle link(String function, FunctionDescriptor shape) {
    return link(function, shape, Linker.Option.captureCallState("errno"));
  }

  /// Links a variadic C function such as ioctl(2); `fixed` arguments come before the dots.
  public static MethodHandle linkVariadic(String function, FunctionDescriptor shape, int fixed) {
    return link(
        function,
        shape,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  private static MethodHandle link(
      String function, FunctionDescriptor shape, Linker.Option... options) {
    MemorySegment address =
        LINKER
            .defaultLookup()
            .find(function)
            .orElseThrow(
                () -> new UnsupportedOperationException("the C library has no " + function));
    return LINKER.downcallHandle(address, shape, options);
  }

  /// Makes the call; a result below zero becomes an exception whose message starts with `what`.
  public static long call(String what, Downcall downcall) throws KernelException {
    if (!Thread.currentThread().isVirtual()) return call(what, CELL.get(), downcall);
    try (var arena = Arena.ofConfined()) {
      return call(what, errnoCell(arena), downcall);
    }
  }

  private static MemorySegment errnoCell(Arena arena) {
    return arena.allocate(ERRNO_LAYOUT);
  }

  private static long call(String what, MemorySegment errno, Downcall downcall)
      throws KernelException {
    try {
      long result = downcall.invoke(errno);
      if (result < 0) throw new KernelException(what, (int) ERRNO.get(errno, 0L));
      return result;
    } catch (KernelException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a downcall throws nothing checked", e);
    }
  }

  /// As [#call], made again while a signal interrupts it.
  public static long callRetrying(String what, Downcall downcall) throws KernelException {
    while (true) {
      try {
        return call(what, downcall);
      } catch (KernelException e) {
        if (e.errno() != Errno.EINTR) throw e;
      }
    }
  }

  /// A NUL-terminated copy of `text`; refuses a NUL inside it, which would cut a name short.
  public static MemorySegment cString(SegmentAllocator memory, String text) {
    if (text.indexOf('\0') >= 0)
      throw new IllegalArgumentException("NUL in a string for the kernel");
    return memory.allocateFrom(text);
  }

  /// The layout of an int, for function shapes.
  public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /// The layout of a long or size_t.
  public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
}
