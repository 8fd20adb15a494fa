package atoll.template.image;

import atoll.core.Refusal;
import atoll.linux.kernel.FileTree;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A directory of finished folders, each of which appears whole, by one rename, or not at all.
///
/// - **Owner** one build at a time: [#open] takes a lock on the directory and [#close] gives it up.
///   What an earlier build left unfinished is swept then.
/// - **Shape** everything in the directory is the shelf's own: [#prune] removes what it does not
///   know.
/// - **Fails** [Refusal.Conflict] while another build holds the directory.
public final class Shelf implements AutoCloseable {
  private static final String STAGING = ".staging-";

  private final Path directory;
  private final FileChannel channel;
  private final Set<Path> used = ConcurrentHashMap.newKeySet();

  private Shelf(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  public static Shelf open(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) throw busy(directory);
      sweep(directory);
      return new Shelf(directory, channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw busy(directory);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Makes the folder `name` if it is not there yet. `name` is ours: a digest or a package's
  /// version, never a guest's word.
  public Path folder(String name, Maker maker) {
    Path target = directory.resolve(safe(name));
    used.add(target);
    if (Files.isDirectory(target)) return target;
    Path staging = directory.resolve(STAGING + safe(name));
    try {
      FileTree.remove(staging);
      Files.createDirectory(staging);
      maker.make(staging);
      return Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      discard(staging, e);
      throw Folders.refusal("make " + name, directory, e);
    } catch (RuntimeException e) {
      discard(staging, e);
      throw e;
    }
  }

  /// Removes the folders that nobody asked for since the shelf was opened: older kernels, roots and
  /// disks.
  public void prune() throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path folder : folders) if (!used.contains(folder)) FileTree.remove(folder);
    }
  }

  /// Fills a fresh folder. It may fail at any point: the folder is removed then.
  @FunctionalInterface
  public interface Maker {
    void make(Path folder) throws IOException;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  /// Removes what unfinished builds left in `directory`.
  static void sweep(Path directory) throws IOException {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, STAGING + "*")) {
      for (Path folder : left) FileTree.remove(folder);
    }
  }

  private static String safe(String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._+-]", "_");
    if (safe.startsWith(".")) throw new IllegalArgumentException("not a folder's name: " + name);
    return safe;
  }

  private static void discard(Path staging, Exception failure) {
    try {
      FileTree.remove(staging);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static Refusal busy(Path directory) {
    return new Refusal.Conflict(
        "build_running", "another build works in " + directory + "; wait until it has ended");
  }
}
