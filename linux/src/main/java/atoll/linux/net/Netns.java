package atoll.linux.net;

import atoll.linux.kernel.Errno;
import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.Kernel;
import atoll.linux.kernel.KernelException;
import atoll.linux.kernel.Mount;
import atoll.linux.kernel.PlatformThread;
import atoll.linux.kernel.Statfs;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// A network namespace with a name in the file system, held open by one descriptor.
///
/// - **Life** the caller makes an empty anchor file (`O_EXCL`, which claims the name), [#create]
///   makes the namespace and binds it there, [#delete] takes the anchor away. The namespace itself
///   lives as long as its anchor, a process in it, a socket made in it or a descriptor of it.
///   [#close()] gives up the descriptor alone and may be repeated.
/// - **Threads** every method is safe anywhere. Entering happens on a fresh platform thread that
///   ends with the work, or on the thread of [NamespaceDialer]. The descriptor stays open while a
///   dialer uses it, even if closed meanwhile, so a reused number can never lead into another
///   namespace.
/// - **Fails** [KernelException]; `EPERM` without `CAP_SYS_ADMIN`.
/// - **Sources** network_namespaces(7), setns(2), unshare(2), ip-netns(8).
public final class Netns implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  private static final class Native {
    static final MethodHandle SETNS =
        Kernel.link("setns", FunctionDescriptor.of(Kernel.INT, Kernel.INT, Kernel.INT));
    static final MethodHandle UNSHARE =
        Kernel.link("unshare", FunctionDescriptor.of(Kernel.INT, Kernel.INT));
  }

  private final Path anchor;
  private final Fd fd;
  private final long inode;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  private Netns(Path anchor, Fd fd, long inode) {
    this.anchor = anchor;
    this.fd = fd;
    this.inode = inode;
  }

  /// Makes the directory of anchors a shared mount of itself, as ip-netns(8) does, so that
  /// namespaces bound there are seen by every process. May be repeated.
  public static void prepareDirectory(Path directory) throws IOException {
    Files.createDirectories(directory);
    try {
      Mount.makeShared(directory);
    } catch (KernelException e) {
      if (e.errno() != Errno.EINVAL) throw e;
      Mount.bind(directory, directory);
      Mount.makeShared(directory);
    }
  }

  /// Makes a namespace and binds it to `anchor`, an empty file of the caller's. On failure nothing
  /// is bound.
  public static Netns create(Path anchor) throws IOException {
    return create(anchor, () -> null).netns();
  }

  /// As [#create(Path)], and runs `first` inside on the same thread. A failure of `first` takes the
  /// binding away again.
  public static <T> Created<T> create(Path anchor, Callable<T> first) throws IOException {
    return PlatformThread.call(
        "netns-create " + anchor.getFileName(),
        () -> {
          // SAFETY: takes no memory; moves this thread alone, which ends with this task. See
          // unshare(2).
          Kernel.call(
              "unshare network", errno -> (int) Native.UNSHARE.invokeExact(errno, CLONE_NEWNET));
          Mount.bind(OWN, anchor);
          Netns made = null;
          try {
            made = open(anchor);
            return new Created<>(made, first.call());
          } catch (Throwable e) {
            if (made != null) made.close();
            Mount.detach(anchor);
            throw e;
          }
        });
  }

  /// A namespace without a name: it ends with its descriptor, so with this process at the latest.
  public static Netns anonymous() throws IOException {
    return PlatformThread.call(
        "netns-create",
        () -> {
          // SAFETY: takes no memory; moves this thread alone, which ends with this task. See
          // unshare(2).
          Kernel.call(
              "unshare network", errno -> (int) Native.UNSHARE.invokeExact(errno, CLONE_NEWNET));
          long inode = current();
          return new Netns(Path.of("net:[" + inode + "]"), FdIo.open(OWN, FdIo.O_RDONLY), inode);
        });
  }

  /// A fresh namespace, and what the first work inside it returned.
  public record Created<T>(Netns netns, T result) {}

  /// Opens a bound namespace. Refuses a plain file, which is what an anchor becomes when its mount
  /// is not visible here.
  public static Netns open(Path anchor) throws IOException {
    if (!isBound(anchor)) {
      throw new IOException(anchor + " is no network namespace: nothing is mounted on it");
    }
    return new Netns(
        anchor,
        FdIo.open(anchor, FdIo.O_RDONLY),
        ((Number) Files.getAttribute(anchor, "unix:ino")).longValue());
  }

  /// Whether a namespace is bound to this existing file. False for a missing file too.
  public static boolean isBound(Path anchor) throws IOException {
    try {
      return Statfs.of(anchor).type() == Statfs.NSFS;
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) return false;
      throw e;
    }
  }

  /// Unbinds and deletes the anchor. Absent counts as success; may be repeated.
  public static void delete(Path anchor) throws IOException {
    while (isBound(anchor)) Mount.detach(anchor);
    Files.deleteIfExists(anchor);
  }

  /// The inode of the namespace that the calling thread is in.
  public static long current() throws IOException {
    String link = Files.readSymbolicLink(OWN).toString();
    return Long.parseLong(link.substring(link.indexOf('[') + 1, link.indexOf(']')));
  }

  public Path anchor() {
    return anchor;
  }

  /// For a child that is to start inside; valid until [#close()].
  public int fd() {
    return fd.number();
  }

  /// The descriptor itself, on loan: this namespace stays its owner.
  public Fd descriptor() {
    return fd;
  }

  /// What `/proc/PID/ns/net` of every process in this namespace shows.
  public long inode() {
    return inode;
  }

  /// Whether the anchor still leads to this very namespace.
  public boolean isAnchored() throws IOException {
    try {
      return isBound(anchor)
          && ((Number) Files.getAttribute(anchor, "unix:ino")).longValue() == inode;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /// Runs `body` on a fresh platform thread inside this namespace and waits for it.
  public <T> T inside(Callable<T> body) throws IOException {
    hold();
    try {
      return PlatformThread.call(
          "netns " + anchor.getFileName(),
          () -> {
            enter(fd.number());
            return body.call();
          });
    } finally {
      letGo();
    }
  }

  /// Moves the calling thread. Only for threads that end soon or that do nothing but this.
  static void enter(int netns) throws KernelException {
    // SAFETY: takes no memory; moves the calling thread alone. See setns(2).
    Kernel.call(
        "enter network namespace",
        errno -> (int) Native.SETNS.invokeExact(errno, netns, CLONE_NEWNET));
  }

  /// Keeps the descriptor open until [#letGo]; fails once closed.
  void hold() throws IOException {
    int before;
    do {
      before = holders.get();
      if (before == 0 || closed.get())
        throw new IOException("network namespace " + anchor + " is closed");
    } while (!holders.compareAndSet(before, before + 1));
  }

  void letGo() {
    if (holders.decrementAndGet() == 0) fd.close();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) letGo();
  }

  @Override
  public String toString() {
    return anchor + " (net:[" + inode + "])";
  }
}
