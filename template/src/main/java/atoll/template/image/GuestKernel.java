package atoll.template.image;

import atoll.core.Deadline;
import atoll.core.Refusal;
import atoll.linux.kernel.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The kernel that guests run: the distribution's own cloud kernel as an ELF file, and the modules
/// a guest needs at boot.
///
/// @param modules in the order in which they must be loaded; what is built into the kernel is left
///   out
/// @param version name and version of the package, such as
///   `linux-image-6.1.0-56-cloud-amd64_6.1.192-2`
public record GuestKernel(Path vmlinux, List<Path> modules, String version) {
  /// Order matters: each needs symbols of those before it.
  private static final List<String> MODULES =
      List.of(
          "failover",
          "net_failover",
          "virtio_ring",
          "virtio",
          "virtio_mmio",
          "virtio_net",
          "virtio_blk",
          "virtio-rng");

  public GuestKernel {
    modules = List.copyOf(modules);
  }

  /// Downloads, unless `shelf` has it, the newest kernel that the host's package sources offer.
  public static GuestKernel fetch(Shelf shelf, Deadline deadline) throws IOException {
    KernelPackage wanted = KernelPackage.newest(deadline);
    Path folder =
        shelf.folder("kernel-" + wanted.label(), staging -> make(wanted, staging, deadline));
    return new GuestKernel(folder.resolve("vmlinux"), modulesIn(folder), wanted.label());
  }

  private static void make(KernelPackage wanted, Path staging, Deadline deadline)
      throws IOException {
    Path tree = Files.createDirectory(staging.resolve("tree"));
    wanted.unpack(tree, deadline.within(Duration.ofMinutes(10)));
    KernelImage.extract(only(tree.resolve("boot"), "vmlinuz-"), staging.resolve("vmlinux"));
    Path modules = Files.createDirectory(staging.resolve("modules"));
    Path release = only(tree.resolve("lib/modules"), "");
    for (int i = 0; i < MODULES.size(); i++) pick(release, MODULES.get(i), modules, i, deadline);
    FileTree.remove(tree);
  }

  private static void pick(Path release, String name, Path target, int order, Deadline deadline)
      throws IOException {
    try (Stream<Path> files = Files.walk(release)) {
      Path found = files.filter(file -> isModule(file, name)).findFirst().orElse(null);
      if (found == null) {
        requireBuiltIn(release, name);
        return;
      }
      String numbered = "%02d-%s".formatted(order, found.getFileName());
      Path copy = Files.copy(found, target.resolve(numbered));
      expand(copy, deadline);
    }
  }

  private static boolean isModule(Path file, String name) {
    String plain = file.getFileName().toString().replaceFirst("\\.(xz|zst)$", "");
    return plain.equals(name + ".ko") || plain.equals(name.replace('-', '_') + ".ko");
  }

  private static void requireBuiltIn(Path release, String name) throws IOException {
    Path list = release.resolve("modules.builtin");
    boolean there =
        Files.exists(list)
            && Files.readAllLines(list).stream().anyMatch(line -> isModule(Path.of(line), name));
    if (there) return;
    throw new Refusal.Failed(
        "kernel_unsuitable",
        "the kernel " + release.getFileName() + " has no driver " + name,
        null,
        null,
        null);
  }

  private static void expand(Path module, Deadline deadline) {
    String name = module.getFileName().toString();
    Path folder = module.getParent();
    if (name.endsWith(".xz"))
      new Tool("xz", "xz-utils").run(folder, deadline, List.of("-d", "-q", name));
    if (name.endsWith(".zst"))
      new Tool("zstd", "zstd").run(folder, deadline, List.of("-d", "-q", "--rm", name));
  }

  private static List<Path> modulesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("modules"))) {
      return files.sorted().toList();
    }
  }

  private static Path only(Path folder, String prefix) throws IOException {
    var found = new ArrayList<Path>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files.filter(file -> file.getFileName().toString().startsWith(prefix)).forEach(found::add);
      }
    }
    if (found.size() == 1) return found.getFirst();
    throw new IOException(
        "%d files %s* in %s of the kernel package, 1 expected"
            .formatted(found.size(), prefix, folder));
  }
}
