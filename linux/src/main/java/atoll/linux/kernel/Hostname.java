package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/// The machine's name. Source: sethostname(2).
public final class Hostname {
  private static final class Native {
    static final MethodHandle HANDLE =
        Kernel.link(
            "sethostname", FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private Hostname() {}

  public static void set(String name) throws KernelException {
    long length = name.getBytes(StandardCharsets.UTF_8).length;
    try (var arena = Arena.ofConfined()) {
      MemorySegment text = Kernel.cString(arena, name);
      // SAFETY: text holds `length` bytes and a NUL, alive during the call. See sethostname(2).
      Kernel.call("sethostname", errno -> (int) Native.HANDLE.invokeExact(errno, text, length));
    }
  }
}
