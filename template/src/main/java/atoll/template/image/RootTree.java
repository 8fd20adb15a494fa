package atoll.template.image;

import atoll.core.Deadline;
import atoll.linux.kernel.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The files of a guest's root disk, as a folder, before the agent goes in: a minimal distribution,
/// made fit for a guest.
public final class RootTree {
  /// What a guest has beyond the distribution's essential packages, whose list is the
  /// distribution's own.
  static final List<String> PACKAGES =
      List.of(
          "bash",
          "ca-certificates",
          "curl",
          "git",
          "iproute2",
          "iputils-ping",
          "less",
          "libnss-myhostname",
          "passwd",
          "procps",
          "python3",
          "sudo");

  static final Path BUSYBOX = Path.of("/bin/busybox");

  private RootTree() {}

  /// Makes the tree unless `shelf` has it, and returns its folder. Takes about 30 s of one
  /// processor and a download of 60 MB.
  ///
  /// @param onLine gets what mmdebstrap says, a line at a time
  public static Path make(Shelf shelf, Deadline deadline, Consumer<String> onLine)
      throws IOException {
    AptSources sources = AptSources.ofHost(deadline);
    Path busybox = StaticBusybox.find(BUSYBOX);
    String key = key(sources, busybox);
    Path folder =
        shelf.folder(
            "root-" + key, staging -> bootstrap(staging, sources, busybox, deadline, onLine));
    return folder.resolve("tree");
  }

  private static String key(AptSources sources, Path busybox) throws IOException {
    var digest = new Digest();
    digest.text(sources.suite());
    sources.lines().forEach(digest::text);
    PACKAGES.forEach(digest::text);
    for (String file : GuestFiles.ROOT) digest.text(file).bytes(GuestFiles.read(file));
    digest.bytes(Files.readAllBytes(busybox));
    arguments(Path.of("tree"), Path.of("files"), sources).forEach(digest::text);
    return sources.suite() + "-" + digest.hex(16);
  }

  private static void bootstrap(
      Path staging, AptSources sources, Path busybox, Deadline deadline, Consumer<String> onLine)
      throws IOException {
    Path files = Files.createDirectory(staging.resolve("files"));
    for (String file : new TreeSet<>(GuestFiles.ROOT))
      Files.write(files.resolve(file), GuestFiles.read(file));
    Files.copy(busybox, files.resolve("busybox"), StandardCopyOption.REPLACE_EXISTING);
    Path tree = staging.resolve("tree");
    new Tool("mmdebstrap", "mmdebstrap")
        .run(
            staging,
            Map.of("SOURCE_DATE_EPOCH", "1"),
            deadline,
            arguments(tree, files, sources),
            onLine);
    FileTree.remove(files);
  }

  private static List<String> arguments(Path tree, Path files, AptSources sources) {
    var arguments =
        new ArrayList<>(List.of("--mode=root", "--variant=minbase", "--format=directory"));
    arguments.add("--include=" + String.join(",", PACKAGES));
    arguments.add("--aptopt=Acquire::Languages \"none\"");
    // Flushing each file to disk would double the time; a half-made tree is thrown away anyway.
    arguments.add("--dpkgopt=force-unsafe-io");
    for (String left : List.of("man", "doc", "info", "locale", "lintian")) {
      arguments.add("--dpkgopt=path-exclude=/usr/share/" + left + "/*");
    }
    arguments.add("--dpkgopt=path-include=/usr/share/doc/*/copyright");
    arguments.add("--dpkgopt=path-include=/usr/share/locale/locale.alias");
    // Paths are ours: the cache folder and a digest. The hook's own shell sees them quoted.
    arguments.add("--customize-hook=sh '" + files + "/customise.sh' \"$1\" '" + files + "'");
    arguments.add(sources.suite());
    arguments.add(tree.toString());
    arguments.addAll(sources.lines());
    return arguments;
  }
}
