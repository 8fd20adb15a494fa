package atoll.template.image;

import atoll.core.Deadline;
import atoll.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// One version of a distribution's kernel package, found and downloaded by apt's own client and not
/// installed.
///
/// Debian ships kernel and modules in one package. Ubuntu splits them; that way is written from its
/// documentation and untested.
///
/// @param name the versioned package, such as `linux-image-6.1.0-56-cloud-amd64`
/// @param companions packages that hold its modules, if they are separate
record KernelPackage(String name, String version, List<String> companions) {
  private static final List<String> NEWEST_IS_NAMED_BY =
      List.of("linux-image-cloud-amd64", "linux-image-virtual");
  private static final Tool CACHE = new Tool("apt-cache", "apt");
  private static final Tool GET = new Tool("apt-get", "apt");

  /// Another program may hold apt's lock: apt itself waits this many seconds.
  private static final String LOCK = "DPkg::Lock::Timeout=120";

  /// The download folder is root's own; the sandbox user could not write there, and apt would warn.
  private static final String AS_ROOT = "APT::Sandbox::User=root";

  static KernelPackage newest(Deadline deadline) {
    for (String meta : NEWEST_IS_NAMED_BY) {
      List<String> images = depends(meta, "linux-image-", deadline);
      if (!images.isEmpty()) return of(images.getFirst(), deadline);
    }
    throw new Refusal.Failed(
        "kernel_package_unknown",
        "apt knows none of " + NEWEST_IS_NAMED_BY,
        "run apt-get update, and check that the distribution's own sources are enabled",
        null,
        null);
  }

  private static KernelPackage of(String name, Deadline deadline) {
    List<String> record =
        CACHE.run(Path.of("/"), deadline, List.of("show", "--no-all-versions", name));
    String version =
        record.stream()
            .filter(line -> line.startsWith("Version: "))
            .map(line -> line.substring(9).trim())
            .findFirst()
            .orElseThrow(() ->
                new Refusal.Failed(
                    "kernel_package_unknown", "apt names no version of " + name, null, null, null));
    return new KernelPackage(name, version, depends(name, "linux-modules-", deadline));
  }

  private static List<String> depends(String name, String prefix, Deadline deadline) {
    try {
      return CACHE.run(Path.of("/"), deadline, List.of("depends", "--important", name)).stream()
          .filter(line -> line.contains("Depends:"))
          .map(line -> line.substring(line.indexOf("Depends:") + 8).trim())
          .filter(dependency -> dependency.startsWith(prefix))
          .toList();
    } catch (Refusal.Failed e) {
      if (String.valueOf(e.detail()).contains("No packages found")) return List.of();
      throw e;
    }
  }

  String label() {
    return name + "_" + version;
  }

  /// Downloads into `tree` and unpacks there.
  void unpack(Path tree, Deadline deadline) throws IOException {
    var arguments =
        new ArrayList<>(List.of("-q", "-o", LOCK, "-o", AS_ROOT, "download", name + "=" + version));
    arguments.addAll(companions);
    GET.run(tree, deadline, arguments);
    for (Path archive : archives(tree)) {
      new Tool("dpkg-deb", "dpkg")
          .run(tree, deadline, List.of("-x", archive.toString(), tree.toString()));
      Files.delete(archive);
    }
  }

  private static List<Path> archives(Path tree) throws IOException {
    try (Stream<Path> files = Files.list(tree)) {
      return files.filter(file -> file.toString().endsWith(".deb")).toList();
    }
  }
}
