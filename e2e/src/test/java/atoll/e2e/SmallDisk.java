package atoll.e2e;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// A file system of a few megabytes in memory, to be filled, in a folder that every user may pass
/// through. Unmounted when closed.
final class SmallDisk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path folder;
  private final Deque<Path> mounts = new ArrayDeque<>();

  SmallDisk(Path folder, String size) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
    mount(folder, "-t", "tmpfs", "-o", "size=" + size + ",mode=711", "tmpfs");
  }

  Path folder() {
    return folder;
  }

  /// Lets a folder from elsewhere be seen in it, without taking room.
  void shows(Path elsewhere, String name) throws IOException, InterruptedException {
    Path here = Files.createDirectories(folder.resolve(name));
    mount(here, "--bind", elsewhere.toString());
  }

  private void mount(Path here, String... how) throws IOException, InterruptedException {
    var command = new java.util.ArrayList<String>();
    command.add("mount");
    command.addAll(java.util.List.of(how));
    command.add(here.toString());
    Program.of(command.toArray(String[]::new)).run(PATIENCE).expectSuccess();
    mounts.push(here);
  }

  /// Takes the last free byte.
  void fill() throws IOException {
    byte[] block = new byte[4096];
    try (OutputStream out = Files.newOutputStream(folder.resolve("filler"))) {
      while (true) out.write(block);
    } catch (IOException full) {
      if (!String.valueOf(full.getMessage()).contains("No space")) throw full;
    }
  }

  void empty() throws IOException {
    Files.delete(folder.resolve("filler"));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    while (!mounts.isEmpty())
      Program.of("umount", mounts.pop().toString()).run(PATIENCE).expectSuccess();
  }
}
