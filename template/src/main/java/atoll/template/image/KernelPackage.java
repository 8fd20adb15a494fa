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
/// @param version of the package that names the newest one
record KernelPackage(String name, String version) {
  private static final List<String> NEWEST_IS_NAMED_BY =
      List.of("linux-image-cloud-amd64", "linux-image-virtual");
  private static final Tool CACHE = new Tool("apt-cache", "apt");
  private static final Tool GET = new Tool("apt-get", "apt");

  /// Another program may hold apt's lock: apt itself waits this many seconds.
  private static final String LOCK = "DPkg::Lock::Timeout=120";

  /// The download folder is root's own; the sandbox user could not write there, and apt would warn.
  private static final String AS_ROOT = "APT::Sandbox::User=root";

  /// One call of apt-cache, which takes a second where apt may keep no cache.
  static KernelPackage newest(Deadline deadline) {
    var arguments = new ArrayList<>(List.of("show", "--no-all-versions"));
    arguments.addAll(NEWEST_IS_NAMED_BY);
    try {
      return parse(CACHE.run(Path.of("/"), deadline, arguments));
    } catch (Refusal.Failed e) {
      if (String.valueOf(e.detail()).contains("No packages found")) throw unknown();
      throw e;
    }
  }

  /// From what apt says about the packages that depend on the newest kernel; the first one that
  /// does, counts.
  static KernelPackage parse(List<String> records) {
    String version = "";
    for (String line : records) {
      if (line.startsWith("Version: ")) version = line.substring(9).strip();
      if (!line.startsWith("Depends: ")) continue;
      for (String dependency : line.substring(9).split("[,|]")) {
        String name = dependency.strip().replaceFirst("[ (:].*", "");
        if (name.startsWith("linux-image-")) return new KernelPackage(name, version);
      }
    }
    throw unknown();
  }

  private static Refusal unknown() {
    return new Refusal.Failed(
        "kernel_package_unknown",
        "apt knows none of " + NEWEST_IS_NAMED_BY,
        "run apt-get update, and check that the distribution's own sources are enabled",
        null,
        null);
  }

  String label() {
    return name + "_" + version;
  }

  /// Downloads into `tree` and unpacks there, with the package of its modules where that is a
  /// separate one.
  void unpack(Path tree, Deadline deadline) throws IOException {
    var arguments = new ArrayList<>(List.of("-q", "-o", LOCK, "-o", AS_ROOT, "download", name));
    arguments.addAll(companions(deadline));
    GET.run(tree, deadline, arguments);
    for (Path archive : archives(tree)) {
      new Tool("dpkg-deb", "dpkg")
          .run(tree, deadline, List.of("-x", archive.toString(), tree.toString()));
      Files.delete(archive);
    }
  }

  private List<String> companions(Deadline deadline) {
    return CACHE.run(Path.of("/"), deadline, List.of("depends", "--important", name)).stream()
        .filter(line -> line.contains("Depends:"))
        .map(line -> line.substring(line.indexOf("Depends:") + 8).strip())
        .filter(dependency -> dependency.startsWith("linux-modules-"))
        .toList();
  }

  private static List<Path> archives(Path tree) throws IOException {
    try (Stream<Path> files = Files.list(tree)) {
      return files.filter(file -> file.toString().endsWith(".deb")).toList();
    }
  }
}
