package atoll.linux.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Bind mounts, propagation and unmounting, in the calling thread's mount namespace.
///
/// Needs `CAP_SYS_ADMIN`. Sources: mount(2), umount2(2), mount_namespaces(7).
public final class Mount {
  private static final long MS_BIND = 0x1000;
  private static final long MS_REC = 0x4000;
  private static final long MS_SHARED = 0x100000;
  private static final long NOSUID_NODEV_NOEXEC = 2 | 4 | 8;
  private static final int MNT_DETACH = 2;
  private static final int UMOUNT_NOFOLLOW = 8;

  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  private static final class Native {
    static final MethodHandle MOUNT =
        Kernel.link(
            "mount",
            FunctionDescriptor.of(
                Kernel.INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                Kernel.LONG,
                ValueLayout.ADDRESS));
    static final MethodHandle UMOUNT2 =
        Kernel.link("umount2", FunctionDescriptor.of(Kernel.INT, ValueLayout.ADDRESS, Kernel.INT));
  }

  private Mount() {}

  /// Makes `source` visible at `target` too.
  public static void bind(Path source, Path target) throws KernelException {
    mount("bind " + source + " to " + target, source, target, MS_BIND);
  }

  /// Makes later mounts below `target` appear in every mount namespace that shares it. `EINVAL`:
  /// not a mount point.
  public static void makeShared(Path target) throws KernelException {
    mount("share mounts below " + target, null, target, MS_SHARED | MS_REC);
  }

  /// Mounts a file system that the kernel makes up, such as `tracefs`: no set-user-id programs, no
  /// devices, nothing to execute.
  public static void fileSystem(String type, Path target) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment name = Kernel.cString(arena, type);
      MemorySegment to = Kernel.cString(arena, target.toString());
      // SAFETY: both strings are NUL-terminated and alive until the arena closes; no data is
      // given. See mount(2).
      Kernel.call(
          "mount " + type + " on " + target,
          errno ->
              (int)
                  Native.MOUNT.invokeExact(
                      errno, name, to, name, NOSUID_NODEV_NOEXEC, MemorySegment.NULL));
    }
  }

  /// Takes the topmost mount away at once; the file system itself goes when its last user goes.
  public static void detach(Path target) throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment path = Kernel.cString(arena, target.toString());
      // SAFETY: path is NUL-terminated and alive until the arena closes. See umount2(2).
      Kernel.call(
          "unmount " + target,
          errno -> (int) Native.UMOUNT2.invokeExact(errno, path, MNT_DETACH | UMOUNT_NOFOLLOW));
    }
  }

  /// What is mounted below `folder`, the last one first, so that it can be detached in this order.
  public static List<Path> below(Path folder) throws IOException {
    return below(folder, Files.readString(Path.of("/proc/self/mountinfo")));
  }

  /// Field 5 of proc_pid_mountinfo(5) is the mount point, with blanks and such in octal.
  static List<Path> below(Path folder, String mountinfo) {
    return mountinfo
        .lines()
        .map(line -> line.split(" ", 6))
        .filter(fields -> fields.length == 6)
        .map(fields -> Path.of(plain(fields[4])))
        .filter(point -> point.startsWith(folder) && !point.equals(folder))
        .toList()
        .reversed();
  }

  private static String plain(String escaped) {
    return OCTAL
        .matcher(escaped)
        .replaceAll(found ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 8))));
  }

  private static void mount(String what, Path source, Path target, long flags)
      throws KernelException {
    try (var arena = Arena.ofConfined()) {
      MemorySegment from =
          source == null ? MemorySegment.NULL : Kernel.cString(arena, source.toString());
      MemorySegment to = Kernel.cString(arena, target.toString());
      // SAFETY: both paths are NUL-terminated and alive until the arena closes; type and data are
      // not read for these
      // flags. See mount(2).
      Kernel.call(
          what,
          errno ->
              (int)
                  Native.MOUNT.invokeExact(
                      errno, from, to, MemorySegment.NULL, flags, MemorySegment.NULL));
    }
  }
}
