package atoll.vmm.console;

import atoll.linux.kernel.Fd;
import atoll.linux.kernel.FdIo;
import atoll.linux.kernel.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// What a guest printed: the last lines in memory, the last mebibyte on disk.
///
/// - **Shape** `console.log` grows to 512 KiB, then becomes `console.log.1` and begins anew: never
///   more than 1 MiB on disk.
/// - **Owner** the VM; the files stay behind for whoever owns their directory.
/// - **Fails** quietly: when the disk refuses, the log says so once and the tail in memory goes on.
///   A guest must never be stopped by its own console.
/// - **Threads** [#append] from one thread; [#last] from any.
public final class ConsoleLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ConsoleLog.class.getName());

  /// Half of what the files may take together.
  static final int SEGMENT_BYTES = 512 << 10;

  private final TextTail tail = new TextTail();
  private final Path file;
  private FileChannel channel;
  private long size;

  public ConsoleLog(Path file) throws IOException {
    this.file = file;
    open(StandardOpenOption.APPEND);
    size = channel.size();
  }

  /// Goes on with the log of an earlier process: its last lines are in memory again.
  ///
  /// The old file becomes `console.log.1`, since its folder was the monitor's own meanwhile and
  /// anything may lie there by now: it is only read, and never waited for.
  public static ConsoleLog resume(Path file) throws IOException {
    byte[] earlier = read(file);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS))
      Files.move(file, older(file), StandardCopyOption.REPLACE_EXISTING);
    var log = new ConsoleLog(file);
    log.tail.append(ByteBuffer.wrap(earlier));
    return log;
  }

  /// At most one segment; nothing if the file is not one of ours.
  private static byte[] read(Path file) {
    var buffer = new byte[SEGMENT_BYTES];
    try (Fd in = FdIo.open(file, FdIo.O_RDONLY | FdIo.O_NONBLOCK | FdIo.O_NOFOLLOW)) {
      int length = FdIo.read(in, buffer);
      return java.util.Arrays.copyOf(buffer, length);
    } catch (KernelException e) {
      LOG.log(System.Logger.Level.DEBUG, "no earlier console in {0}: {1}", file, e.getMessage());
      return new byte[0];
    }
  }

  private static Path older(Path file) {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  /// Keeps more of it; returns the printable text that it became.
  public synchronized String append(ByteBuffer bytes) {
    String text = tail.append(bytes);
    if (channel != null && !text.isEmpty()) keep(text);
    return text;
  }

  private void keep(String text) {
    try {
      write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the console of " + file.getParent() + " is no longer kept on disk",
          e);
      close();
    }
  }

  /// At most `lines` lines, oldest first.
  public List<String> last(int lines) {
    return tail.last(lines);
  }

  private void write(ByteBuffer text) throws IOException {
    if (size + text.remaining() > SEGMENT_BYTES) roll();
    size += text.remaining();
    while (text.hasRemaining()) channel.write(text);
  }

  private void roll() throws IOException {
    channel.close();
    Files.move(file, older(file), StandardCopyOption.REPLACE_EXISTING);
    open(StandardOpenOption.CREATE_NEW);
    size = 0;
  }

  /// Never through a symbolic link: the directory belongs to the monitor's unprivileged user, and
  /// this process may be root.
  private void open(StandardOpenOption how) throws IOException {
    channel =
        FileChannel.open(
            file,
            java.util.Set.of(
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                how,
                LinkOption.NOFOLLOW_LINKS));
  }

  @Override
  public synchronized void close() {
    try {
      if (channel != null) channel.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a console file", e);
    }
    channel = null;
  }
}
