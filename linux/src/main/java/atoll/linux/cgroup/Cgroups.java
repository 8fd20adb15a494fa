package atoll.linux.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The cgroups of this host: what is mounted, which controllers it offers, and the groups that
/// Atoll makes below `atoll/` in each hierarchy it uses.
///
/// Each group exists once per hierarchy: one for all on version 2, one per controller on version 1,
/// both on a hybrid.
///
/// - **Threads** immutable; safe anywhere.
/// - **Fails** [IOException] where no cgroup file system is mounted, with the remedy.
/// - **Sources** cgroups(7), `Documentation/admin-guide/cgroup-v2.rst`, `cgroup-v1/`.
public final class Cgroups {
  private static final String PARENT = "atoll";
  private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

  /// No dot, so that a group never meets a control file such as `memory.max`; no slash, so that it
  /// stays below its parent.
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}");

  private final CgroupMode mode;
  private final List<Hierarchy> hierarchies;

  private Cgroups(CgroupMode mode, List<Hierarchy> hierarchies) {
    this.mode = mode;
    this.hierarchies = List.copyOf(hierarchies);
  }

  /// Reads what this process sees mounted.
  public static Cgroups detect() throws IOException {
    return detect(Files.readString(MOUNTINFO));
  }

  static Cgroups detect(String mountinfo) throws IOException {
    List<MountEntry> mounts = MountEntry.parseAll(mountinfo);
    var found = new ArrayList<Hierarchy>();
    var missing = EnumSet.allOf(Controller.class);
    for (MountEntry m : mounts) {
      if (m.type().equals("cgroup2") && found.isEmpty())
        found.add(unified(m.mountPoint(), missing));
    }
    boolean unified = !found.isEmpty();
    for (MountEntry m : mounts) {
      if (m.type().equals("cgroup")) addVersion1(m, missing, found);
    }
    if (found.isEmpty()) {
      throw new IOException(
          "no cgroup hierarchy is mounted that could hold a VMM; mount one: mount -t cgroup2 none /sys/fs/cgroup");
    }
    return new Cgroups(mode(unified, found.size()), found);
  }

  private static Hierarchy unified(Path mountPoint, Set<Controller> missing) throws IOException {
    List<String> offered = Hierarchy.words(mountPoint.resolve("cgroup.controllers"));
    var controllers = EnumSet.noneOf(Controller.class);
    for (Controller c : Controller.values()) if (offered.contains(c.word())) controllers.add(c);
    missing.removeAll(controllers);
    return new Hierarchy(mountPoint, true, Set.copyOf(controllers));
  }

  private static void addVersion1(
      MountEntry mount, Set<Controller> missing, List<Hierarchy> found) {
    var controllers = EnumSet.noneOf(Controller.class);
    for (Controller c : missing) if (mount.options().contains(c.word())) controllers.add(c);
    if (controllers.isEmpty()) return;
    missing.removeAll(controllers);
    found.add(new Hierarchy(mount.mountPoint(), false, Set.copyOf(controllers)));
  }

  private static CgroupMode mode(boolean unified, int hierarchies) {
    if (!unified) return CgroupMode.V1;
    return hierarchies == 1 ? CgroupMode.V2 : CgroupMode.HYBRID;
  }

  public CgroupMode mode() {
    return mode;
  }

  /// Makes a new, empty group with these limits. A failure leaves none of its directories behind.
  public Cgroup create(String name, CgroupLimits limits) throws IOException {
    Cgroup group = open(name);
    var made = new ArrayList<Path>();
    try {
      for (Hierarchy h : hierarchies) {
        h.create(PARENT, name);
        made.add(h.group(PARENT, name));
      }
      group.limit(limits);
      return group;
    } catch (IOException | RuntimeException e) {
      for (Path directory : made) Files.deleteIfExists(directory);
      throw e;
    }
  }

  /// A group of this name, whether it is there or not: for taking away what an earlier process
  /// left.
  public Cgroup open(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a cgroup is named by 1 to 64 of [a-zA-Z0-9_-]: " + name);
    }
    return new Cgroup(
        hierarchies.stream().map(h -> new Cgroup.Directory(h, h.group(PARENT, name))).toList());
  }

  /// Names of all groups that are there, whoever made them.
  public Set<String> names() throws IOException {
    var names = new java.util.TreeSet<String>();
    for (Hierarchy h : hierarchies) {
      Path parent = h.mountPoint().resolve(PARENT);
      if (!Files.isDirectory(parent)) continue;
      try (var groups = Files.newDirectoryStream(parent, Files::isDirectory)) {
        for (Path group : groups) names.add(group.getFileName().toString());
      } catch (java.nio.file.DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
    return names;
  }

  /// Names of controllers (`memory`, `pids`, `cpu`) whose limits do not hold in this group on this
  /// host.
  public Set<String> missing(Cgroup group) {
    var missing = EnumSet.allOf(Controller.class);
    missing.removeAll(group.usable());
    return missing.stream().map(Controller::word).collect(java.util.stream.Collectors.toSet());
  }

  @Override
  public String toString() {
    return mode.word() + " " + hierarchies.stream().map(h -> h.mountPoint().toString()).toList();
  }
}
