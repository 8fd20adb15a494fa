package atoll.linux.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Extended attributes of files, by path; symbolic links are followed. Source: xattr(7).
public final class Xattr {
  /// The kernel's own limit for one value, and for the list of names.
  private static final int MOST = 64 * 1024;

  private static final class Names {
    static final MethodHandle HANDLE =
        Kernel.link(
            "listxattr",
            FunctionDescriptor.of(
                Kernel.LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, Kernel.LONG));
  }

  private static final class Get {
    static final MethodHandle HANDLE =
        Kernel.link(
            "getxattr",
            FunctionDescriptor.of(
                Kernel.LONG,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                Kernel.LONG));
  }

  private static final class Set {
    static final MethodHandle HANDLE =
        Kernel.link(
            "setxattr",
            FunctionDescriptor.of(
                Kernel.INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                Kernel.LONG,
                Kernel.INT));
  }

  private static final class Remove {
    static final MethodHandle HANDLE =
        Kernel.link(
            "removexattr",
            FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  }

  private Xattr() {}

  /// The names that the file has; none where the file system keeps no attributes.
  public static List<String> names(String path) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment file = Kernel.cString(arena, path);
      // SAFETY: size 0 asks for the size only. See listxattr(2).
      long size =
          Kernel.call(
              "listxattr",
              errno -> (long) Names.HANDLE.invokeExact(errno, file, MemorySegment.NULL, 0L));
      if (size == 0) return List.of();
      MemorySegment into = arena.allocate(MOST);
      // SAFETY: into holds MOST bytes, which no list exceeds.
      long length =
          Kernel.call(
              "listxattr",
              errno -> (long) Names.HANDLE.invokeExact(errno, file, into, (long) MOST));
      return split(into.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    } catch (KernelException e) {
      if (e.errno() == Errno.EOPNOTSUPP) return List.of();
      throw e;
    }
  }

  static List<String> split(byte[] names) {
    var list = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < names.length; i++) {
      if (names[i] != 0) continue;
      list.add(new String(names, start, i - start, StandardCharsets.UTF_8));
      start = i + 1;
    }
    return list;
  }

  public static byte[] get(String path, String name) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment file = Kernel.cString(arena, path);
      MemorySegment attribute = Kernel.cString(arena, name);
      MemorySegment into = arena.allocate(MOST);
      // SAFETY: into holds MOST bytes, which no value exceeds. See getxattr(2).
      long length =
          Kernel.call(
              "getxattr",
              errno -> (long) Get.HANDLE.invokeExact(errno, file, attribute, into, (long) MOST));
      return into.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }

  public static void set(String path, String name, byte[] value) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment file = Kernel.cString(arena, path);
      MemorySegment attribute = Kernel.cString(arena, name);
      MemorySegment from = arena.allocate(Math.max(1, value.length));
      MemorySegment.copy(value, 0, from, ValueLayout.JAVA_BYTE, 0, value.length);
      long size = value.length;
      // SAFETY: from holds `size` bytes. Flags 0: create or replace. See setxattr(2).
      Kernel.call(
          "setxattr", errno -> (int) Set.HANDLE.invokeExact(errno, file, attribute, from, size, 0));
    }
  }

  public static void remove(String path, String name) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment file = Kernel.cString(arena, path);
      MemorySegment attribute = Kernel.cString(arena, name);
      // SAFETY: two strings, alive during the call. See removexattr(2).
      Kernel.call("removexattr", errno -> (int) Remove.HANDLE.invokeExact(errno, file, attribute));
    }
  }
}
