package atoll.template.image;

import atoll.core.Bytes;
import atoll.core.Deadline;
import atoll.core.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What a guest boots from, all of it kept on a [Shelf] and shared by templates.
///
/// @param rootDisk sparse raw ext4 image; never written to after it was made
/// @param kernelVersion package name and version of the kernel
public record GuestImages(Path kernel, Path initramfs, Path rootDisk, String kernelVersion) {
  /// Where the agent comes from.
  public interface AgentSource {
    /// Brings a folder with `bin/atoll-agent` and all that it needs into being, or finds it. Takes
    /// some seconds the first time, and runs beside the other steps.
    Path bundle() throws IOException;

    /// Says what the bundle is made of, without making it: the same text, the same agent.
    String identity() throws IOException;
  }

  /// A digest of everything in this build of Atoll that shapes the images. What the distribution's
  /// package sources give is not part of it: a newer kernel there is no reason to build anew.
  public static String recipe(AgentSource agent) throws IOException {
    var digest = new Digest().text(agent.identity());
    RootTree.PACKAGES.forEach(digest::text);
    for (var files : List.of(GuestFiles.ROOT, GuestFiles.INITRAMFS))
      for (String file : files) digest.text(file).bytes(GuestFiles.read(file));
    return digest.hex(32);
  }

  /// Makes what the shelf lacks: kernel, root tree and agent side by side, then initramfs and disk.
  ///
  /// Fails as soon as all running steps have ended, with the first failure.
  public static GuestImages make(
      Shelf shelf, AgentSource agent, Bytes diskSize, Deadline deadline, Progress progress)
      throws IOException {
    try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<GuestKernel> kernel =
          side.submit(() ->
              step(
                  progress,
                  "kernel",
                  "fetch and unpack",
                  () -> GuestKernel.fetch(shelf, deadline)));
      Future<Path> bundle =
          side.submit(() -> step(progress, "agent", "link the agent's runtime", agent::bundle));
      Future<Path> tree =
          side.submit(
              () -> step(progress, "root", "bootstrap", () -> tree(shelf, deadline, progress)));
      GuestKernel guestKernel = result(kernel);
      Path initramfs = step(progress, "initramfs", "write", () -> initramfs(shelf, guestKernel));
      Path root = result(tree);
      Path agentBundle = result(bundle);
      Path disk =
          step(
              progress,
              "disk",
              "make the file system",
              () -> RootDisk.make(shelf, root, agentBundle, diskSize, deadline));
      return new GuestImages(guestKernel.vmlinux(), initramfs, disk, guestKernel.version());
    }
  }

  private static Path tree(Shelf shelf, Deadline deadline, Progress progress) throws IOException {
    return RootTree.make(shelf, deadline, line -> progress.step("root", line.strip(), -1));
  }

  private static Path initramfs(Shelf shelf, GuestKernel kernel) throws IOException {
    Path busybox = StaticBusybox.find(RootTree.BUSYBOX);
    var digest = new Digest().text(kernel.version()).text(Digest.ofFile(busybox));
    for (String file : GuestFiles.INITRAMFS) digest.bytes(GuestFiles.read(file));
    Path folder =
        shelf.folder(
            "initramfs-" + digest.hex(16),
            staging -> Initramfs.write(kernel, busybox, staging.resolve("initramfs")));
    return folder.resolve("initramfs");
  }

  private static <T> T step(Progress progress, String name, String text, Callable<T> work)
      throws IOException {
    long start = System.nanoTime();
    progress.step(name, text, -1);
    try {
      T result = work.call();
      progress.done(name, (System.nanoTime() - start) / 1_000_000);
      return result;
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("step " + name + " failed: " + e.getMessage(), e);
    }
  }

  private static <T> T result(Future<T> step) throws IOException {
    try {
      return step.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException refusal -> throw refusal;
        case IOException failure -> throw failure;
        case Throwable other -> throw new IOException(other);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while building", e);
    }
  }
}
